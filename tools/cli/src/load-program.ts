import { type Command, Option } from 'commander'
import { load as runCommand } from './commands/load.ts'
import { jsonOption } from './help.ts'
import { progressForms } from './load/live.ts'
import { addLoadCommands, fleetOptions } from './load-more-program.ts'
import { addWhatIf } from './what-if-program.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { sharedOptions } from './load/shared-options.ts'
import { collect, duration, wholeNumber } from './options.ts'

/** Declares `hotpath load`. */
export function addLoad(program: Command, onExit: (code: number) => void): void {
  const load = sharedOptions(
    program
      .command('load')
      .description('drive load by the clock and say what was measured, or that the run is INVALID')
      .argument(
        '<what>',
        'a URL; a scenario; an application; a file of scenarios; a script of Artillery or k6; a HAR; OpenAPI',
      ),
    {
      origin: { text: 'where it goes; otherwise what a script says, or http://127.0.0.1:4000' },
      rate: { text: 'arrivals per second; otherwise what a script says, or 50' },
      duration: { text: 'the measured time: 30s, 5m; otherwise 10s' },
      warmup: { text: 'time before it at the same rate, not measured; otherwise 1s' },
      connections: { otherwise: 512 },
      timeout: {},
      seed: { otherwise: 1 },
      out: {},
    },
  )
    .option('--arrivals <process>', 'uniform or poisson', 'poisson')
    .option('--stages <list>', 'levels that change evenly: 10s:100,1m:500; from..to for a jump: 1m:50..50')
    .option('--trace <file>', 'recorded arrivals: a time in seconds, or a second and its count, per line')
    .option(
      '--model <model>',
      'open, or closed: users who wait for answers; otherwise open, or what is meant',
    )
    .option(
      '--users <n>',
      'so many users at a time (closed)',
      wholeNumber('--users', { min: 1, max: 20_000 }),
    )
    .option('--think <d>', 'pause of a user between two sessions (closed)', duration('--think'))
    .option(
      '--iterations <n>',
      'end after so many sessions (closed)',
      wholeNumber('--iterations', { min: 1, max: 20_000_000 }),
    )
    .option('--no-keep-alive', 'a new connection for each request')
    .option('--compression', 'ask for compressed answers, as browsers do')
    .option('--header <header>', "sent with each request: 'accept: text/html' (repeatable)", collect, [])
    .option('--redirects <n>', 'follow so many redirects', wholeNumber('--redirects', { min: 0, max: 20 }))
    .option('--insecure', 'accept any certificate')
    .option('--budget <budget>', "a promise to hold, e.g. 'p95 < 200ms' (repeatable)", collect, [])
    .option('--observe', 'watch the Hotpath application meanwhile, and say what explains p95')
    .option(
      '--pid <n>',
      'watch this process meanwhile: CPU and memory of any server on this machine',
      wholeNumber('--pid', { min: 1, max: 2 ** 22 }),
    )
    .addOption(
      new Option('--progress <form>', 'how a run under way is told on stderr')
        .choices(progressForms)
        .default('text'),
    )
    .option('--html <file>', 'write a report with charts: one file that needs no network')
    .option('--junit <file>', 'write JUnit XML: a test case for the verdict and for each budget')
    .option('--github', "add Markdown to the job's summary (GITHUB_STEP_SUMMARY)")
    .option('--save-baseline <name>', 'add the run to a baseline, for `hotpath compare --baseline <name>`')
    .option(...jsonOption)
    .addHelpText('after', lessons)
    .action(async (what: string, options) => onExit(await runCommand(what, options)))
  withKeepAwake(fleetOptions(load))
  addLoadCommands(load, onExit)
  addWhatIf(load, onExit)
}

const lessons = `
What to run:
  http://127.0.0.1:4000/api/cities   one URL, over and over
  read-mix, civicq/read-mix          a scenario of an application: scenarios.ts, load/*.ts, *.load.ts
  civicq                             all scenarios of an application, mixed by their weights
  checkout.load.ts                   all scenarios of a file
  care.yml, smoke.js, visit.har      a script of Artillery or k6, a recording: with its own load, its code interpreted
  openapi.yaml                       each operation of a description (OpenAPI 3), with its examples

Examples:
  $ npx hotpath load civicq/read-mix --rate 200 --duration 30s --budget 'p95 < 50ms' --html report.html
  $ npx hotpath load http://127.0.0.1:4000/ --stages '10s:100,1m:500,1m:50..50'
  $ npx hotpath load smoke.js --origin http://127.0.0.1:4000 --junit load.xml --github

Budgets: 'p95 < 200ms', 'ttfb p99 < 1s', 'errors < 1%', 'checks > 99%', 'rate > 1000/s'.
The verdict is INVALID when the generator was the limit: the run says why, and what to do.
Exit code: 0 budgets hold, 1 one is broken, 2 stopped early or not measured, 3 INVALID, 4 wrong input.
`
