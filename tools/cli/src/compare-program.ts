import type { Command } from 'commander'
import { compare } from './commands/compare.ts'
import { cliErrors } from './errors.ts'
import { example, jsonOption } from './help.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { sharedOptions } from './load/shared-options.ts'
import { share, someText, wholeNumber } from './options.ts'

/** Declares `hotpath compare`. */
export function addCompare(program: Command, onExit: (code: number) => void): void {
  const compared = program
    .command('compare')
    .description('is B slower than A? Pairs of runs in turn, an interval, and a verdict that can be believed')
    .argument(
      '[files...]',
      'two files (or folders) of stored runs, instead of --a and --b; one with --baseline',
    )
    .option(
      '--a <what>',
      'a URL, an application of this workspace, git:<reference>, a folder, or a command that serves on $PORT',
    )
    .option('--b <what>', 'what is compared with it: the same kinds')
    .option('--baseline <name>', 'the runs kept by `hotpath load … --save-baseline <name>`')
    .option('--scenario <name>', 'read-mix, or civicq/read-mix; for an application read-mix unless said')
    .option(
      '--start <command>',
      'starts a git reference or a folder, with a free port in PORT; otherwise npm start',
      someText('--start', 'a command'),
    )
    .option('--path <path>', 'ask for this one path instead of a scenario', someText('--path', 'a path'))
    .option(
      '--pairs <n>',
      'fewest..most pairs of runs; looks at the fewest, half way, and the most',
      pairRange,
      {
        least: 10,
        most: 20,
      },
    )
    .option('--margin <share>', 'a smaller difference does not matter', share('--margin'), 0.05)
  withKeepAwake(
    sharedOptions(compared, {
      rate: { otherwise: 50, text: 'arrivals per second, on both sides' },
      duration: { otherwise: '10s' },
      warmup: { otherwise: '1s' },
      seed: { otherwise: 1 },
      out: { text: 'keep the comparison, with every run, in this file' },
    }),
  )
    .option(
      '--calibrate <n>',
      'compare A with itself so many times: how often this machine raises a false alarm, and its noise',
      wholeNumber('--calibrate', { min: 1, max: 1000 }),
    )
    .option(...jsonOption)
    .addHelpText(
      'after',
      example("hotpath compare --a 'node old.js' --b 'node new.js' --path /api/items --rate 100") + lessons,
    )
    .action(async (files: string[], options) => onExit(await compare(files, options)))
}

const lessons = `
  $ npx hotpath compare --a http://127.0.0.1:4000 --b http://127.0.0.1:4001 --scenario civicq/read-mix
  $ npx hotpath compare --a git:HEAD~5 --b . --start 'npx hotpath start civicq --port $PORT --no-visitors' --scenario civicq/read-mix
  $ npx hotpath compare --a civicq --calibrate 20
  $ npx hotpath compare before.json after.json

A reference is checked out into a temporary folder, with the dependencies of this checkout where the lockfile is the
same and with \`npm ci\` where it is not; the folder goes when the comparison ends, also by Ctrl-C. What is started runs
on all cores but one, which is left to the generator.
Both sides get the same load with the same choices, in turn (A B, B A, …). REGRESSED and IMPROVED: the difference is no
chance (5 % over all looks and metrics) and at least the margin. EQUIVALENT: the interval lies within the margin.
INCONCLUSIVE: it says how many pairs would tell. Percentiles need many requests a run: some 2,000 for p95.
One stored run of either side has no interval; measure in turn instead.

Exit code: 0 equivalent or improved, 1 regressed, 2 inconclusive, 3 a side could not be measured, 4 wrong input.
`

/** `10..20`, or one number. */
function pairRange(given: string): { least: number; most: number } {
  const [, least, most = least] = /^(\d{1,3})(?:\.\.(\d{1,3}))?$/.exec(given.trim()) ?? []
  const range = { least: Number(least), most: Number(most) }
  if (range.least >= 1 && range.least <= range.most && range.most <= 500) return range
  const expected = 'one or two whole numbers from 1 to 500, such as 10..20'
  throw cliErrors.HP_OPTION_INVALID({ option: '--pairs', given, expected })
}
