import type { Command } from 'commander'
import { loadAgent } from './commands/load-agent.ts'
import { loadFindMax } from './commands/load-find-max.ts'
import { loadImport } from './commands/load-import.ts'
import { loadList } from './commands/load-list.ts'
import { loadSelftest } from './commands/load-selftest.ts'
import { example, jsonOption } from './help.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { sharedOptions } from './load/shared-options.ts'
import { collect, share, someText, wholeNumber } from './options.ts'

const generators = (option: string) => wholeNumber(option, { min: 0, max: 64 })

/** Declares which generators drive a run. */
export function fleetOptions(command: Command): Command {
  return command
    .option('--workers <n>', 'drive it by so many threads', generators('--workers'))
    .option('--processes <n>', 'drive it by so many processes', generators('--processes'))
    .option('--agent <host:port>', 'and by a generator of this agent (repeatable)', collect, [])
    .option('--token <token>', 'of the agents; otherwise HOTPATH_LOAD_TOKEN is used')
}

/** Declares `hotpath load find-max`, `list`, `import`, `agent` and `selftest`. */
export function addLoadCommands(load: Command, onExit: (code: number) => void): void {
  // What stands after the name of a command is that command's.
  load.enablePositionalOptions()
  addFindMax(load, onExit)
  load
    .command('list')
    .description('the scenarios of an application')
    .argument('[app]', "an application; otherwise the workspace's own")
    .option(...jsonOption)
    .addHelpText('after', example('hotpath load list civicq'))
    .action(async (app: string | undefined, options) => onExit(await loadList(app, options)))
  load
    .command('import')
    .description('scenarios from a script of Artillery or k6, a recording (HAR) or a description (OpenAPI 3)')
    .argument('<file>', '.yml, .yaml, .json, .js or .har')
    .option(
      '--out <file>',
      'write them here, typed (.ts); otherwise they are printed',
      someText('--out', 'a file'),
    )
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath load import openapi.yaml --out shop.load.ts') +
        '\nRecordings and descriptions become requests of a route table; scripts with their own flow stay in their file,\n' +
        'which the scenarios name. What is skipped is listed. Run it: hotpath load shop.load.ts --origin URL\n',
    )
    .action(async (file: string, options) => onExit(await loadImport(file, options)))
  load
    .command('agent')
    .description('lend the generators of this host to a coordinator elsewhere')
    .option('--port <n>', 'port to listen on', wholeNumber('--port', { min: 0, max: 65_535 }), 7070)
    .option(
      '--host <address>',
      'address to listen on',
      someText('--host', 'an address of this machine'),
      '127.0.0.1',
    )
    .option('--token <token>', 'what coordinators must present; otherwise HOTPATH_LOAD_TOKEN is used')
    .option('--workers <n>', 'generators to lend', wholeNumber('--workers', { min: 1, max: 64 }), 1)
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath load agent --host 10.0.0.7 --port 7070 --workers 2') +
        '\nScenarios are found in this folder by their names: no code comes over the network. Traffic is not\n' +
        'encrypted: use it inside a trusted network, or through a tunnel.\n',
    )
    .action(async (options) => onExit(await loadAgent(options)))
  withKeepAwake(
    load
      .command('selftest')
      .description('does the generator tell the truth on this host, and how much can it drive?')
      .option('--quick', 'shorter runs, for a look', false)
      .option('--out <file>', 'keep the certificate in this file')
      .option(...jsonOption),
  )
    .addHelpText(
      'after',
      example('hotpath load selftest --out certificate.json') +
        '\nExit code: 0 true, 1 a figure was wrong, 3 the host was too busy to tell.\n',
    )
    .action(async (options) => onExit(await loadSelftest(options)))
}

function addFindMax(load: Command, onExit: (code: number) => void): void {
  const findMax = load
    .command('find-max')
    .description('the highest rate at which budgets hold, with an interval')
    .argument('<what>', 'a URL, a scenario, an application, a file: as for `hotpath load`')
    .requiredOption('--budget <budget>', "what must hold, e.g. 'p95 < 200ms' (repeatable)", collect, [])
  sharedOptions(findMax, {
    origin: {},
    duration: { otherwise: '10s' },
    warmup: { otherwise: '1s' },
    connections: { otherwise: 512 },
    timeout: {},
    out: {},
  })
    .option(
      '--users <n>',
      'users of the first run, which shows where to search',
      wholeNumber('--users', { min: 1, max: 20_000 }),
      32,
    )
    .option('--precision <share>', 'how narrow the interval must be', share('--precision'), 0.1)
    .option('--runs <n>', 'most runs', wholeNumber('--runs', { min: 3, max: 200 }), 24)
    .option(...jsonOption)
  withKeepAwake(fleetOptions(findMax))
    .addHelpText(
      'after',
      example("hotpath load find-max civicq/read-mix --budget 'p95 < 200ms' --budget 'errors < 1%'") +
        '\nExit code: 0 found, 1 the budgets hold at no rate, 2 only a lower bound, 4 wrong input.\n',
    )
    .action(async (what: string, options) => onExit(await loadFindMax(what, options)))
}
