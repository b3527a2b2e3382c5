import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { build } from './commands/build.ts'
import { cacheSimulate, entriesList } from './commands/cache-simulate.ts'
import { cachePurge } from './commands/cache.ts'
import { cacheExplain } from './commands/cache-explain.ts'
import { cacheRoute } from './commands/cache-route.ts'
import { cacheStats } from './commands/cache-stats.ts'
import { cacheWarm } from './commands/cache-warm.ts'
import { prove } from './commands/prove.ts'
import { routes } from './commands/routes.ts'
import { start } from './commands/start.ts'
import { addCompare } from './compare-program.ts'
import { addCapacity } from './capacity-program.ts'
import { addDb } from './db-program.ts'
import { addEndpoints } from './endpoints-program.ts'
import { example, jsonOption } from './help.ts'
import { addHistory } from './history-program.ts'
import { addProxy, addWhy } from './http-program.ts'
import { portOption } from './listening-port.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { addLoad } from './load-program.ts'
import { addPrometheus } from './prometheus-program.ts'
import { collect, numberFromZero, someText, wholeNumber } from './options.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const appArgument = 'the application: its name under apps/, or its folder'
const seed = wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })

/** The whole command. `onExit` receives the exit code of the command that ran. */
export function createProgram(onExit: (code: number) => void): Command {
  const program = new Command('hotpath')
    .description('Serve from the nearest level, stay correct, measure what happens, prove it.')
    .version(version)
    .showHelpAfterError('(add --help for the options and an example)')
    // What stands after the name of a command is that command's: `load find-max --budget …`.
    .enablePositionalOptions()
    .exitOverride()
  addStart(program, onExit)
  addLoad(program, onExit)
  addCapacity(program, onExit)
  addProve(program, onExit)
  addCompare(program, onExit)
  addHistory(program, onExit)
  addEndpoints(program, onExit)
  addCache(program, onExit)
  addDb(program, onExit)
  addProxy(program, onExit)
  addWhy(program, onExit)
  addPrometheus(program, onExit)
  program
    .command('routes')
    .description('each route with the headers it sends, its tags and its budget')
    .argument('[app]', appArgument)
    .option(...jsonOption)
    .addHelpText('after', example('hotpath routes civicq'))
    .action(async (app: string | undefined, options) => onExit(await routes(app, options)))
  program
    .command('build')
    .description(
      'build the console and the pages whose sources changed (start, test and prove do so by themselves)',
    )
    .option(...jsonOption)
    .addHelpText('after', example('hotpath build'))
    .action(async (options) => onExit(await build(options)))
  return program
}

function addStart(program: Command, onExit: (code: number) => void): void {
  program
    .command('start')
    .description('start an application with the layer, seeded, and its console')
    .argument('[app]', appArgument)
    .option('--port <n>', 'port to listen on; 0 takes any free one (default: PORT, or 4000)', portOption)
    .option(
      '--host <address>',
      'address to listen on',
      someText('--host', 'an address of this machine'),
      '127.0.0.1',
    )
    .option('--scale <x>', 'size of the seeded data', numberFromZero('--scale'), 1)
    .option(
      '--workers <n>',
      'processes on that port, which share PostgreSQL and Redis',
      wholeNumber('--workers', { min: 1, max: 256 }),
      1,
    )
    .option('--no-visitors', 'no synthetic visitors')
    .option(
      '--fast-path',
      'answer hits from the socket, past node:http: plain HTTP, behind a load balancer; also HOTPATH_FAST_PATH=on',
      false,
    )
    .option('--reset', 'throw the data away and seed anew', false)
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath start civicq --port 4100 --no-visitors') +
        '\nEnvironment:\n' +
        '  PORT           port to listen on where --port does not say it\n' +
        '  DATABASE_URL   Postgres to use; unset means embedded, or, with several workers, one started for the run\n' +
        '  REDIS_URL      Redis that all processes share; unset means that each keeps its own, or, with several\n' +
        '                 workers, one started for the run\n' +
        '  HOTPATH=off    the same application without the layer\n' +
        '  HOTPATH_TOKEN  opens the console and /metrics to callers from elsewhere\n',
    )
    .action(async (app: string | undefined, options) => onExit(await start(app, options)))
}

function addProve(program: Command, onExit: (code: number) => void): void {
  withKeepAwake(
    program
      .command('prove')
      .description("measure an application's published targets, and the layer on against off, in one run")
      .argument('[app]', appArgument)
      .option('--quick', 'shorter runs, for a look', false)
      .option('--seed <n>', 'seed of every random choice', seed, 1)
      .option('--out <file>', 'keep the result in this file')
      .option(...jsonOption),
  )
    .addHelpText('after', example('hotpath prove civicq --out proof.json'))
    .action(async (app: string | undefined, options) => onExit(await prove(app, options)))
}

function addCache(program: Command, onExit: (code: number) => void): void {
  const cache = program
    .command('cache')
    .description('look at, warm or purge the caches of a running application; simulate one')
  const common = (command: Command) =>
    command
      .option('--origin <url>', 'where the application runs', 'http://127.0.0.1:4000')
      .option('--token <token>', 'the token of its console; otherwise HOTPATH_TOKEN is used')
      .option(...jsonOption)
  common(
    cache
      .command('stats')
      .description('hits by tier, misses by reason, loads and bytes, by namespace and key group'),
  )
    .addHelpText(
      'after',
      example('hotpath cache stats --origin http://127.0.0.1:4000') +
        '\nOf several processes, the one that answers speaks for itself; it says which it is.\n',
    )
    .action(async (options) => onExit(await cacheStats(options)))
  common(
    cache.command('purge').description('drop what carries a tag, or whose key or path matches a pattern'),
  )
    .option('--tag <tag>', 'drop everything that carries this tag (repeatable)', collect, [])
    .option('--pattern <glob>', "drop keys and paths that match, e.g. '/api/cities*'")
    .addHelpText(
      'after',
      example("hotpath cache purge --tag contest:12 --pattern '/api/cities*'") +
        '\nIt reaches every process that shares Redis. Exit code: 0 all of them know, 2 Redis could not be reached.\n',
    )
    .action(async (options) => onExit(await cachePurge(options)))
  common(
    cache
      .command('explain')
      .description('where the value of a key lies, how old it is, and whether it would be served now')
      .argument('<key>', 'the key, as the application writes it'),
  )
    .option('--namespace <name>', "the cache's namespace; otherwise the application's own")
    .addHelpText('after', example('hotpath cache explain contest:12'))
    .action(async (key: string, options) => onExit(await cacheExplain(key, options)))
  common(
    cache
      .command('warm')
      .description('load what the application declared to be worth loading before anybody asks for it')
      .argument('[names...]', 'which of its tasks; otherwise all'),
  )
    .option('--concurrency <n>', 'loads at a time', wholeNumber('--concurrency', { min: 1, max: 256 }))
    .addHelpText(
      'after',
      example('hotpath cache warm cities ballots --concurrency 4') +
        '\nWhat is fresh already is not loaded again. Exit code: 0 all is fresh, 1 some loads failed.\n',
    )
    .action(async (names: string[], options) => onExit(await cacheWarm(names, options)))
  for (const turn of ['off', 'on'] as const) {
    common(
      cache
        .command(turn)
        .description(`turn the HTTP cache of one route ${turn}, until the application ends`)
        .argument('<route>', 'the route as it is declared, in quotes'),
    )
      .addHelpText(
        'after',
        example(`hotpath cache ${turn} "GET /api/ballots/:id"`) +
          '\nIt reaches every process that runs now and shares Redis. Exit code: 0 they know, 2 Redis could not be reached.\n',
      )
      .action(async (route: string, options) => onExit(await cacheRoute(turn, route, options)))
  }
  cache
    .command('simulate')
    .description("hit ratios of stores of several sizes on an application's own requests")
    .argument('<file>', 'one key per line, in the order of the requests')
    .requiredOption('--entries <sizes>', 'sizes of the store, in entries: 500,1000', entriesList)
    .option(...jsonOption)
    .addHelpText('after', example('hotpath cache simulate keys.txt --entries 500,1000,5000'))
    .action(async (file: string, options) => onExit(await cacheSimulate(file, options)))
}
