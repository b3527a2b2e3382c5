import type { Command } from 'commander'
import { loadWhatIf } from './commands/load-what-if.ts'
import { cliErrors } from './errors.ts'
import { example, jsonOption } from './help.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { sharedOptions } from './load/shared-options.ts'
import { wholeNumber } from './options.ts'
import type { Change } from './what-if/changes.ts'

/** Declares `hotpath load what-if`. */
export function addWhatIf(load: Command, onExit: (code: number) => void): void {
  const whatIf = load
    .command('what-if')
    .description('proves what explains p95: the application twice, once with one thing changed, in turn')
    .argument('<what>', 'an application and its scenario: civicq/read-mix')
    .requiredOption(
      '--change <what>',
      'pool (twice as many connections), or cache (the layer on, not off)',
      change,
    )
  withKeepAwake(
    sharedOptions(whatIf, {
      rate: { otherwise: 50 },
      duration: { otherwise: '10s' },
      warmup: { otherwise: '2s' },
      seed: { otherwise: 1 },
    }),
  )
    .option(
      '--pairs <n>',
      'pairs of runs; six or more for an interval',
      wholeNumber('--pairs', { min: 1, max: 50 }),
      6,
    )
    .option('--pool <n>', 'connections before the change', wholeNumber('--pool', { min: 1, max: 40 }), 10)
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath load what-if civicq/read-mix --change pool --rate 300 --pool 2') +
        '\nPostgreSQL is started for it. Exit code: 0 confirmed, 1 refuted, 2 not decided, 3 the generator was the limit.\n',
    )
    .action(async (what: string, options) => onExit(await loadWhatIf(what, options)))
}

function change(given: string): Change {
  if (given === 'pool' || given === 'cache') return given
  throw cliErrors.HP_OPTION_INVALID({ option: '--change', given, expected: 'pool or cache' })
}
