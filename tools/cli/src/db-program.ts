import type { Command } from 'commander'
import { dbRepeats, dbSlow } from './commands/db.ts'
import { example, jsonOption } from './help.ts'
import { wholeNumber } from './options.ts'

/** `hotpath db …`: what the database of a running application is asked. */
export function addDb(program: Command, onExit: (code: number) => void): void {
  const db = program.command('db').description('look at the statements that a running application sends')
  const common = (command: Command) =>
    command
      .option('--origin <url>', 'where the application runs', 'http://127.0.0.1:4000')
      .option('--token <token>', 'the token of its console; otherwise HOTPATH_TOKEN is used')
      .option('--limit <n>', 'most rows', wholeNumber('--limit', { min: 1, max: 200 }), 10)
      .option(...jsonOption)
  common(
    db
      .command('slow')
      .description('the statements that took most time, with their routes, lines of code and plans'),
  )
    .addHelpText(
      'after',
      example('hotpath db slow --limit 5') +
        '\nValues of statements are never shown. Of several processes, the one that answers speaks for itself.\n',
    )
    .action(async (options) => onExit(await dbSlow(options)))
  common(
    db
      .command('n1')
      .description(
        'statements sent again and again within one request (N+1), and one that does the work of all',
      ),
  )
    .addHelpText('after', example('hotpath db n1'))
    .action(async (options) => onExit(await dbRepeats(options)))
}
