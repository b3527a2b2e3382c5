import { parseSync } from 'libpg-query'
import { postgresErrors } from '../errors.ts'
import { type Catalog, readCatalog } from './catalog.ts'
import { type Node, nodesIn } from './scope.ts'
import { openSession, type Session } from './session.ts'
import { quoted } from './table-use.ts'
import type { WorkloadStatement } from './workload.ts'

const mostStatements = 60
const samplesOf = 6

/**
 * The statements that took most of the server's time (pg_stat_statements), their parameters drawn from rows of the
 * column each is compared with: what was really asked is not kept by the server.
 * @throws HP_STATEMENTS_UNKNOWN where the extension is missing
 */
export async function statementsOfServer(
  source: { url?: string; folder?: string },
  now: () => number,
): Promise<WorkloadStatement[]> {
  const session = await openSession(
    source.folder === undefined ? { url: source.url ?? '' } : { folder: source.folder },
    now,
  )
  try {
    await session.query('set default_transaction_read_only = on')
    const rows = await session
      .query<{ id: string; query: string; calls: number }>(
        `select s.queryid::text as id, s.query, s.calls::float8 as calls
         from pg_stat_statements s join pg_database d on d.oid = s.dbid
         where d.datname = current_database() and s.query ~* '^\\s*(with|select|insert|update|delete|merge)\\M'
         and s.query !~* 'pg_catalog|pg_stat|information_schema|hypopg'
         order by s.total_exec_time desc limit ${mostStatements}`,
      )
      .catch((cause: Error) => {
        throw postgresErrors.HP_STATEMENTS_UNKNOWN({ problem: cause.message }, { cause })
      })
    const catalog = await readCatalog(session)
    const statements: WorkloadStatement[] = []
    for (const { id, query, calls } of rows) {
      const params = await sampleParameters(query, { session, catalog }).catch(() => undefined)
      if (params)
        statements.push({ name: `statement ${id}`, weight: calls, sql: query, params, write: false })
    }
    return statements
  } finally {
    await session.close()
  }
}

/** Values for `$1`, `$2`, …; undefined where one of them cannot be guessed. */
async function sampleParameters(
  sql: string,
  { session, catalog }: { session: Session; catalog: Catalog },
): Promise<unknown[][] | undefined> {
  const tree = parseSync(sql) as unknown as Node
  const sources = new Map<number, Node | 'limit'>()
  const tables: { alias: string; name: string; schema: string | undefined }[] = []
  let most = 0
  for (const [kind, node] of everyNode(tree)) {
    if (kind === 'ParamRef') most = Math.max(most, node['number'])
    if (kind === 'RangeVar' || node['relname'])
      tables.push({
        alias: node['alias']?.aliasname ?? node['relname'],
        name: node['relname'],
        schema: node['schemaname'],
      })
    for (const limit of [node['limitCount'], node['limitOffset']])
      if (limit?.ParamRef) sources.set(limit.ParamRef.number, 'limit')
    if (kind !== 'A_Expr') continue
    for (const [one, other] of [
      [node['lexpr'], node['rexpr']],
      [node['rexpr'], node['lexpr']],
    ] as const)
      for (const parameter of parametersIn(other)) if (one?.ColumnRef) sources.set(parameter, one.ColumnRef)
  }
  const columns: unknown[][] = []
  for (let number = 1; number <= most; number++) {
    const source = sources.get(number)
    if (source === undefined) return undefined
    columns.push(source === 'limit' ? [10] : await valuesOf(source, { tables, session, catalog }))
  }
  if (columns.some((values) => values.length === 0)) return undefined
  return Array.from({ length: most === 0 ? 1 : samplesOf }, (_, at) =>
    columns.map((values) => values[at % values.length]),
  )
}

function* everyNode(tree: Node): Generator<[string, Node]> {
  for (const [kind, node] of nodesIn(tree)) {
    yield [kind, node]
    if (node['subselect']) yield* everyNode(node['subselect'])
  }
}

function parametersIn(node: Node | undefined): number[] {
  return [...nodesIn([node])].flatMap(([kind, one]) => (kind === 'ParamRef' ? [one['number'] as number] : []))
}

async function valuesOf(
  reference: Node,
  {
    tables,
    session,
    catalog,
  }: {
    tables: { alias: string; name: string; schema: string | undefined }[]
    session: Session
    catalog: Catalog
  },
): Promise<unknown[]> {
  const [name, alias] = (reference['fields'] as Node[]).map((field) => field['String']?.sval).toReversed()
  for (const one of tables) {
    const table = catalog.table(one.name, one.schema)
    if ((alias !== undefined && alias !== one.alias) || !table?.columns.has(name)) continue
    const share = Math.min(100, Math.max(0.01, (100 * 2_000) / Math.max(table.rows, 1)))
    const rows = await session.query<{ value: string }>(
      `select ${quoted(name)}::text as value from ${table.sql} tablesample system (${share}) repeatable (1)
       where ${quoted(name)} is not null limit ${samplesOf}`,
    )
    return rows.map(({ value }) => value)
  }
  return []
}
