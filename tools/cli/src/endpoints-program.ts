import type { Command } from 'commander'
import { endpoints } from './commands/endpoints.ts'
import { example, jsonOption } from './help.ts'
import { withKeepAwake } from './load/keep-awake.ts'
import { duration, share, someText, wholeNumber } from './options.ts'

/** Declares `hotpath endpoints`. */
export function addEndpoints(program: Command, onExit: (code: number) => void): void {
  withKeepAwake(program.command('endpoints'))
    .description('how long every end point takes alone, to be kept and compared with later')
    .argument('[what...]', 'an application of this workspace, whose scenarios are run; or URLs')
    .option(
      '--origin <url>',
      'where the application runs already; otherwise it is started',
      someText('--origin', 'a URL'),
    )
    .option(
      '--rounds <n>',
      'how often everything is measured',
      wholeNumber('--rounds', { min: 1, max: 60 }),
      8,
    )
    .option('--duration <d>', 'of each scenario in each round', duration('--duration'), '2s')
    .option('--against <file>', 'a file of a former --out')
    .option('--margin <share>', 'a smaller difference does not matter', share('--margin'), 0.1)
    .option('--seed <n>', 'of all choices', wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 }), 1)
    .option('--out <file>', 'keep the result in this file')
    .option(...jsonOption)
    .addHelpText('after', example('hotpath endpoints civicq --out baseline.json') + lessons)
    .action(async (what: string[], options) => onExit(await endpoints(what, options)))
}

const lessons = `
  $ npx hotpath endpoints civicq --against baseline.json

One visitor, one request at a time, without the pauses of the scenarios: no queue is part of the times. The interval is
that of the centre of the rounds' medians (95 %). Files of other machines are not judged.

Exit code: 0 measured, and nothing regressed; 1 an end point regressed, 2 that cannot be told, 4 wrong input.
`
