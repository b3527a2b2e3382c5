import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/load throws. */
export const errors = defineErrors({
  HP_LOAD_OPTION: {
    what: '{option} cannot be {given}.',
    why: 'It must be {allowed}.',
    fix: 'Give such a value; on the command line --help names the flag.',
  },
  HP_LOAD_TRACE: {
    what: 'The trace of arrivals cannot be replayed: {problem}.',
    why: 'It must hold times in seconds, or whole seconds with a count, ascending and within a day.',
    fix: 'Write one time per line (12.345), or a second and its count (12,40).',
  },
  HP_LOAD_URL: {
    what: '{given} is not an address that load can be sent to.',
    why: 'It must be an absolute http: or https: URL without a user name or password.',
    fix: 'Write for example "http://127.0.0.1:4000/api/contests".',
  },
  HP_LOAD_IMPORT: {
    what: '{file}, line {line}: {problem}.',
    why: 'A script is imported as a whole: what cannot be read cannot be run.',
    fix: 'Correct the script at that line.',
  },
  HP_LOAD_SCRIPT_UNREADABLE: {
    what: 'Cannot read {file}: {problem}.',
    why: 'It ends like a script, a recording or a description, and is read before the run.',
    fix: 'Correct the path; it is relative to the folder you are in.',
  },
  HP_LOAD_IMPORT_FILE: {
    what: 'The script names the file {given}, which cannot be read: {problem}.',
    why: 'Its rows are needed before the run.',
    fix: 'Put it beside the script, or correct its name there.',
  },
  HP_LOAD_NO_ORIGIN: {
    what: 'It is not said where to send the load.',
    why: 'Scenarios hold paths only, and no origin was given.',
    fix: 'Give origin, for example "http://127.0.0.1:4000".',
  },
  HP_LOAD_UNREACHABLE: {
    what: 'Cannot connect to {origin}: {problem}.',
    why: 'Nothing accepted a connection there, so there is nothing to measure.',
    fix: 'Start the application, or check the address and the port.',
  },
  HP_LOAD_BUDGET_UNIT: {
    what: 'The budget "{budget}" cannot be held against a load run.',
    why: 'Its bound must be {wanted}.',
    fix: 'Write for example "p95 < 200ms", "errors < 1%" or "rate > 1000/s".',
  },
  HP_LOAD_SCENARIO_UNKNOWN: {
    what: 'There is no scenario "{given}".',
    why: 'Known are: {known}.',
    fix: 'Choose one of these, or define it in scenarios.ts.',
  },
  HP_LOAD_SCENARIO_FAILED: {
    what: 'The scenario "{name}" threw: {problem}.',
    why: 'A run whose scenario is broken measures something else than it says.',
    fix: 'Correct the scenario; a status that it expects belongs in `expect`.',
  },
  HP_LOAD_SETUP_FAILED: {
    what: 'The setup of the scenario "{name}" failed: {problem}.',
    why: 'Its sessions need what setup prepares.',
    fix: 'Check that the application answers what setup asks for.',
  },
  HP_LOAD_ROUTE_UNKNOWN: {
    what: 'The scenario asks for "{given}", which is not in the route table.',
    why: 'Scenarios are written against the application’s own routes.',
    fix: 'Declare the route, or correct its pattern.',
  },
  HP_LOAD_PARAM_MISSING: {
    what: 'The request "{route}" lacks the parameter "{name}".',
    why: 'Every parameter of the pattern needs a value that is not empty.',
    fix: 'Give {name} in params.',
  },
  HP_LOAD_STEP_FAILED: {
    what: '{step} failed: {problem}.',
    why: 'It is counted as an error, and the session ends here unless the scenario catches this.',
    fix: 'If this status is right, list it in `expect`.',
  },
  HP_LOAD_CAPTURE: {
    what: 'The capture "{name}" cannot be used: {problem}.',
    why: 'A capture takes a value out of an answer, for the steps that follow.',
    fix: 'Give json with a path such as $.token, header or cookie with a name, or regex.',
  },
  HP_LOAD_CHECK_FAILED: {
    what: 'The assertion "{name}" does not hold.',
    why: 'The session ends here: what follows would rest on it.',
    fix: 'Look at what the application answered, or use check() to count only.',
  },
  HP_LOAD_FEEDER: {
    what: 'The feeder {name} cannot be read: {problem}.',
    why: 'A feeder gives each session a row: an object with a value by name.',
    fix: 'Give a CSV file with a heading, a JSON file with a list of objects, or such a list.',
  },
  HP_LOAD_FEEDER_EXHAUSTED: {
    what: 'The feeder {name} has no row left: all {rows} of this generator were used.',
    why: 'It is unique, so no row may be used twice.',
    fix: 'Add rows, run for a shorter time, or leave unique out.',
  },
  HP_LOAD_LIVE: {
    what: '{what} failed: {problem}.',
    why: 'It is counted as an error, and the session ends here unless the scenario catches this.',
    fix: 'Check the address, and what the application sends.',
  },
  HP_LOAD_NOT_JSON: {
    what: '{step} answered {status} with a body that is not JSON: {start}.',
    why: 'The scenario called response.json().',
    fix: 'Use response.text(), or ask for JSON.',
  },
  HP_RUN_FILE: {
    what: '{file} is not a stored run: {problem}.',
    why: 'Runs are read as `hotpath load --out` writes them.',
    fix: 'Measure again with --out, or name another file.',
  },
  HP_HISTORY_FILE: {
    what: '{file} is not a series: {problem}.',
    why: 'A series is a JSON object with a list of numbers "values" and, if wanted, a list "labels" as long.',
    fix: 'Write it like the example that --help shows, or give stored runs.',
  },
  HP_LOAD_TOKEN: {
    what: 'The token of an agent has {length} characters.',
    why: 'Who knows it can drive load from that host, so it must have at least {least}.',
    fix: 'Make one, for example with `openssl rand -hex 16`, and give it to the agent and the coordinator.',
  },
  HP_LOAD_AGENT: {
    what: 'The agent {address} cannot be used: {problem}.',
    why: 'A run with fewer generators than asked for would drive another load.',
    fix: 'Start it there with `hotpath load agent --port P --token …`, or leave it out.',
  },
  HP_LOAD_GENERATOR: {
    what: '{name} cannot be used: {problem}.',
    why: 'All generators of a run must be ready, and of one version, before it begins.',
    fix: 'See what that host or process says, then begin again.',
  },
  HP_LOAD_UNOBSERVED: {
    what: 'The server side of the run cannot be watched: {what}: {problem}.',
    why: 'A Hotpath application tells at /_hotpath/api/samples what it does, to this machine or with its token; of other servers, a process on this machine can be watched.',
    fix: 'Give the token of the application (--token), the process id of the server (--pid), or leave --observe out.',
  },
  HP_CAPACITY_INPUT: {
    what: '{file} cannot be used: {problem}.',
    why: 'Capacity is worked out from measurements, and from plain files beside them.',
    fix: 'Give another file, or correct it; `hotpath capacity --help` shows what each holds.',
  },
})
