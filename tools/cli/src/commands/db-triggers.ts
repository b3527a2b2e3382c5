import { openDatabase } from '@hotpath/postgres'
import {
  installedTriggers,
  installStatements,
  removeStatements,
  runTogether,
  type WatchedTable,
  watchableTables,
} from '@hotpath/postgres/query-cache'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

export interface DbTriggersOptions {
  /** @default DATABASE_URL */
  url?: string
  install: boolean
  remove: boolean
  /** Tables to install on. @default all */
  table: readonly string[]
  /** `table.column`. */
  key: readonly string[]
  /** Print the statements, run none. */
  dryRun: boolean
  json: boolean
}

/** Installs, removes or lists the triggers that tell the query cache of writes from elsewhere. */
export async function dbTriggers(options: DbTriggersOptions): Promise<number> {
  const { install, remove, dryRun, json } = options
  if (install && remove) throw invalid('--install', 'together with --remove', 'one of the two')
  const database = await openDatabase({
    url: addressOf(options),
    poolSize: 2,
    applicationName: 'hotpath db triggers',
  })
  try {
    const statements = install
      ? await installStatements(database, chosen(options, await watchableTables(database)))
      : remove
        ? await removeStatements(database)
        : []
    if (dryRun) {
      if (json) printJson({ statements })
      else print(statements.map((statement) => `${statement.trim().replace(/;$/, '')};`).join('\n'))
      return exitCode.ok
    }
    if (statements.length > 0) await runTogether(database, statements)
    const tables = await installedTriggers(database)
    if (json) printJson({ tables })
    else print(render(tables))
    return exitCode.ok
  } finally {
    await database.close()
  }
}

function addressOf({ url }: DbTriggersOptions): string {
  const address = url ?? process.env['DATABASE_URL']
  if (address) return address
  throw invalid('--url', '', 'postgres://user@host/database, or DATABASE_URL')
}

/** The named tables, or all of them, each with its key. */
function chosen({ table, key }: DbTriggersOptions, known: readonly string[]): WatchedTable[] {
  const full = (name: string, option: string) => {
    const found = known.find((one) => one === name || one === `public.${name}`)
    if (found !== undefined) return found
    throw invalid(option, name, `a table of the database: ${known.slice(0, 10).join(', ')}`)
  }
  const keys = new Map(
    key.map((given) => {
      const dot = given.lastIndexOf('.')
      if (dot < 1) throw invalid('--key', given, 'a table and its column: posts.id')
      return [full(given.slice(0, dot), '--key'), given.slice(dot + 1)]
    }),
  )
  const tables = table.length === 0 ? known : table.map((name) => full(name, '--table'))
  return tables.map((name) => ({ table: name, ...(keys.has(name) && { key: keys.get(name)! }) }))
}

function render(tables: readonly WatchedTable[]): string {
  if (tables.length === 0) return 'No table has triggers of Hotpath.'
  return renderTable(
    ['Table', 'Rows told apart by'],
    tables.map(({ table, key = '' }) => [table, key]),
  )
}

const invalid = (option: string, given: string, expected: string) =>
  cliErrors.HP_OPTION_INVALID({ option, given, expected })
