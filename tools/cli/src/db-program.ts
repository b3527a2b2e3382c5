import type { Command } from 'commander'
import { dbAdvise } from './commands/db-advise.ts'
import { dbHealth } from './commands/db-health.ts'
import { dbTriggers } from './commands/db-triggers.ts'
import { dbRepeats, dbSlow } from './commands/db.ts'
import { example, jsonOption } from './help.ts'
import { bytes, collect, duration, someText, wholeNumber } from './options.ts'

/** `hotpath db …`: what the database of a running application is asked. */
export function addDb(program: Command, onExit: (code: number) => void): void {
  const db = program
    .command('db')
    .description('statements of a running application; indexes that are proved to help; health; triggers')
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
  addAdvise(db, onExit)
  addHealth(db, onExit)
  addTriggers(db, onExit)
}

function addAdvise(db: Command, onExit: (code: number) => void): void {
  db.command('advise')
    .description(
      'indexes proved on a clone by replaying a workload, as a migration; the database is only read',
    )
    .option('--url <url>', 'the database: postgres://user@host/database; otherwise DATABASE_URL')
    .option(
      '--folder <folder>',
      'an embedded database that nobody has open',
      someText('--folder', 'a folder'),
    )
    .option(
      '--workload <file>',
      'statements with real parameters, a JSON object a line; otherwise pg_stat_statements',
    )
    .option('--time-limit <d>', 'the answer comes by then', duration('--time-limit'), '3m')
    .option('--budget <size>', 'most that all new indexes may take together: 500MB', bytes('--budget'))
    .option('--out <file>', 'write the migration (SQL) to this file')
    .option(...jsonOption)
    .addHelpText(
      'after',
      example(
        'hotpath db advise --url postgres://localhost/shop --workload statements.jsonl --out indexes.sql',
      ) + adviseNotes,
    )
    .action(async (options) => onExit(await dbAdvise(options)))
}

const adviseNotes = `
A line of the workload:
  {"name": "cart", "weight": 120, "sql": "select * from items where cart_id = $1", "params": [[17], [4]]}
Add "write": true to what changes data; it is replayed on the clone, in transactions that are rolled back.
Exit code: 0 decided, 2 time was up before everything was, 4 wrong input.
`

function addHealth(db: Command, onExit: (code: number) => void): void {
  db.command('health')
    .description(
      'indexes, vacuum, locks, connections and settings: what is worth doing, and with which statement',
    )
    .option('--url <url>', 'the database: postgres://user@host/database; otherwise a running application')
    .option('--replica <url>', 'a replica, whose index scans count, too (repeatable)', collect, [])
    .option('--memory <size>', "memory of the server's machine: 16GiB", bytes('--memory'))
    .option('--origin <url>', 'where the application runs', 'http://127.0.0.1:4000')
    .option('--token <token>', 'the token of its console; otherwise HOTPATH_TOKEN is used')
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath db health --url postgres://localhost/shop --memory 16GiB') +
        '\nIt reads catalogs and changes nothing. Exit code: 0 nothing but notes, 1 findings, 4 wrong input.\n',
    )
    .action(async (options) => onExit(await dbHealth(options)))
}

function addTriggers(db: Command, onExit: (code: number) => void): void {
  db.command('triggers')
    .description('tell the query cache of writes from elsewhere; without an option, where that is done')
    .option('--url <url>', 'the database: postgres://user@host/database; otherwise DATABASE_URL')
    .option('--install', 'install them; may be repeated', false)
    .option('--remove', 'remove them all', false)
    .option('--table <table>', 'on this table alone (repeatable); otherwise on all', collect, [])
    .option('--key <table.column>', 'tell rows apart by this column (repeatable)', collect, [])
    .option('--dry-run', 'print the statements and run none', false)
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath db triggers --url postgres://localhost/shop --install --key posts.id') +
        '\nEach table is locked for a moment; one that is in use for over 5 s stops the whole, and nothing is changed.\n',
    )
    .action(async (options) => onExit(await dbTriggers(options)))
}
