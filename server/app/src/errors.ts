import { defineErrors } from '@hotpath/core'

/** Every error that @hotpath/app throws. */
export const appErrors = defineErrors({
  HP_ENVIRONMENT_INVALID: {
    what: '{name} is set to "{given}".',
    why: '{why}',
    fix: '{fix}',
  },
  HP_PORT_BUSY: {
    what: 'Port {port} of {host} is taken.',
    why: 'Another process is listening there.',
    fix: 'Stop it, or choose another port with --port N (0 takes any free one).',
  },
  HP_PORT_REFUSED: {
    what: 'Cannot listen on port {port} of {host}: {problem}.',
    why: 'The operating system refused the address.',
    fix: 'Choose a port from 1024 to 65535 and an address of this machine.',
  },
  HP_TLS_UNREADABLE: {
    what: 'Cannot serve TLS with {cert} and {key}: {problem}.',
    why: 'A certificate and its key are read as PEM files.',
    fix: 'Name files that this process may read and that belong together: --tls-cert cert.pem --tls-key key.pem.',
  },
  HP_POLICY_UNREADABLE: {
    what: 'Cannot read the policy file {file}: {problem}.',
    why: 'It holds the rules of single routes.',
    fix: 'Name a file that this process may read: --policy policy.json.',
  },
  HP_PURGE_INVALID: {
    what: 'Cannot read this purge: {problem}.',
    why: 'A purge is a JSON object with "tags" (a list), or "pattern" (a glob such as ballot:*), or both.',
    fix: 'Send application/json with, for example, "tags": ["ballot:12"].',
  },
  HP_WARM_INVALID: {
    what: 'Cannot warm this: {problem}.',
    why: 'A request to warm is a JSON object that may hold "names" (a list of declared tasks; without it all are run) and "concurrency" (a number).',
    fix: 'Declare tasks with the option warm of createHotpath, and send application/json with, for example, "names": ["cities"].',
  },
  HP_TURN_INVALID: {
    what: 'Cannot turn the cache of a route: {problem}.',
    why: 'Such a request is a JSON object with "route", as it is declared, and "cache", which is "on" or "off".',
    fix: 'Send application/json with, for example, "route": "GET /api/ballots/:id" and "cache": "off".',
  },
  HP_EXPLAIN_INVALID: {
    what: 'Cannot explain this: {problem}.',
    why: "An entry is named by its key, and by the namespace of its cache where that is not the application's own.",
    fix: 'Ask for /_hotpath/api/cache/explain?key=ballot:12, percent-encoded as in any URL.',
  },
  HP_LOAD_START_INVALID: {
    what: 'Cannot start this load run: {problem}.',
    why: 'A start is a JSON object with "scenario" (a name), "rate" (arrivals per second), "durationMs", and perhaps "budgets" (a list of texts).',
    fix: 'Send application/json with, for example, "scenario": "read-mix", "rate": 50 and "durationMs": 30000.',
  },
  HP_LOAD_UNAVAILABLE: {
    what: 'Load runs cannot be driven from here: {problem}.',
    why: 'They are driven by `hotpath load` in a process of its own, which finds the scenarios of the application in the folder that the server was started in.',
    fix: 'Start the server in the folder of the project, with hotpath installed there and scenarios.ts beside app.ts.',
  },
  HP_LOAD_BUSY: {
    what: 'A load run is under way.',
    why: 'Two at a time would measure each other.',
    fix: 'Wait for its end, or stop it.',
  },
  HP_LOAD_RUN_UNKNOWN: {
    what: 'There is no load run {given} that could be compared.',
    why: 'Runs are named by the ids that /_hotpath/api/loads lists; the newest hundred are kept, and one that never got under way has no figures.',
    fix: 'Name one to 30 runs of either side: ?a=id&b=id, with commas between several.',
  },
  HP_SILENCE_INVALID: {
    what: 'Cannot silence this: {problem}.',
    why: 'A silence is a JSON object with "for" (30m, at most 30 days; 0s ends one), "reason", and "rule" or "route" where it is not for everything.',
    fix: 'Send application/json with, for example, "for": "2h", "reason": "migration" and "route": "GET /api/ballots/:id".',
  },
  HP_NAMESPACE_TAKEN: {
    what: 'There is a cache of the namespace {namespace} already.',
    why: "Two caches of one namespace would read each other's values.",
    fix: 'Give the second a namespace of its own, or share the first.',
  },
  HP_FLEET_DATABASE_MISSING: {
    what: '{count} processes need a PostgreSQL that they share: DATABASE_URL is not set, and none could be started for this run. {problem}',
    why: 'The embedded database belongs to one process.',
    fix: 'Set DATABASE_URL=postgres://user@host:5432/database, or install one: sudo apt-get install -y postgresql. With --workers 1 the embedded database does.',
  },
  HP_FLEET_REDIS_MISSING: {
    what: '{count} processes need a Redis that they share: REDIS_URL is not set, and none could be started for this run. {problem}',
    why: 'Through Redis each process hears what the others invalidate.',
    fix: 'Set REDIS_URL=redis://host:6379, or install one: sudo apt-get install -y redis-server. HOTPATH=off needs none, and --workers 1 neither.',
  },
})
