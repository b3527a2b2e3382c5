import type { Command } from 'commander'
import { history } from './commands/history.ts'
import { example, jsonOption } from './help.ts'
import { share } from './options.ts'

/** Declares `hotpath history`. */
export function addHistory(program: Command, onExit: (code: number) => void): void {
  program
    .command('history')
    .description('where a series of measurements went to another level, and between which commits')
    .argument('<file>', 'a series, a file of stored runs, or a folder of them')
    .option('--figure <name>', 'of stored runs: p50, p95, p99, mean, rate, errors or bytesPerRequest', 'p95')
    .option('--least <share>', 'smaller changes are not reported', share('--least'), 0.01)
    .option(...jsonOption)
    .addHelpText('after', example('hotpath history p95.json') + lessons)
    .action((file: string, options) => onExit(history(file, options)))
}

const lessons = `
A series (p95.json); labels may be left out, null is a gap:
  {"values": [101, 99, 102, 100, 121, 119, 122, 120], "labels": ["a1", "b2", "c3", "d4", "e5", "f6", "a7", "b8"]}

Stored runs are what \`hotpath load … --out\` writes; they are put in order by their time, labelled by their commit, and
runs of different machines or loads are judged apart. Outliers and slow drifts are no changes. A new level is believed
from its fourth point on. Exit code: 0 read, 4 wrong input.
`
