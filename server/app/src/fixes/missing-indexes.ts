import { type Fix, formatDuration } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import { type Proposal, proposeIndexes, type Scanned } from '@hotpath/postgres/advisor'
import type { CapturedPlan, PlanNode } from '@hotpath/postgres/tap'
import type { Facts, Spent, StatementFacts } from './facts.ts'

/** Statements whose plans are asked for, at one look. */
const mostAsked = 3
/** Less than this in a second of the traffic there is, in milliseconds, is not worth an index. */
const leastMs = 1
const leastCalls = 3

/** A scan of a whole table that statements spend their time in. */
interface Scan extends Scanned {
  statement: Spent<StatementFacts>
  /** Share of the plan's cost that the scan has. */
  share: number
}

export interface MissingIndexesParts {
  database: Pick<Database, 'query' | 'kind'>
  /** Asks for the plan of a statement by its fingerprint; null where nobody can tell it. */
  planOf: (fingerprint: string) => Promise<CapturedPlan | null>
  plans: KnownPlans
}

/**
 * The statements that take the most time and read a table from end to end, each with the index that its text asks
 * for. Plans and catalogs are read, nothing else.
 */
export async function missingIndexes(
  { statements, seconds }: Pick<Facts, 'statements' | 'seconds'>,
  { database, planOf, plans }: MissingIndexesParts,
): Promise<Fix[]> {
  const worst = statements
    .filter(({ calls, ms }) => calls >= leastCalls && ms / seconds >= leastMs)
    .filter(({ row }) => row.tables.some((table) => !isOfSystem(table)))
    .filter(({ row }) => row.kind === 'read' || row.kind === 'write')
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, mostAsked)
  const scans: Scan[] = []
  for (const statement of worst) {
    const plan = await planNow(statement, { planOf, plans })
    if (plan) scans.push(...scansOf(plan, statement))
  }
  if (scans.length === 0) return []
  const proposals = await proposeIndexes(database, scans)
  const fixes = scans.flatMap((scan, index) => {
    const proposal = proposals[index]
    return proposal ? [fixOf(scan, proposal, { seconds, kind: database.kind })] : []
  })
  return [...Map.groupBy(fixes, ({ id }) => id).values()].map(together)
}

/** The plans of earlier looks, by fingerprint, with how long the statement took on average by then. */
export type KnownPlans = Map<string, { plan: PlanNode | null; meanMs: number; looks: number }>

/** A plan holds for so many looks while the statement takes about as long as it did. */
const mostLooks = 10
const mostKnown = 100

async function planNow(
  { row, calls, ms }: Spent<StatementFacts>,
  { planOf, plans }: Pick<MissingIndexesParts, 'planOf' | 'plans'>,
): Promise<PlanNode | null> {
  const meanMs = ms / calls
  const known = plans.get(row.fingerprint)
  const isSame = known && meanMs < 1.5 * known.meanMs && meanMs > known.meanMs / 1.5
  if (isSame && known.looks < mostLooks) {
    known.looks += 1
    return known.plan
  }
  const captured = await planOf(row.fingerprint)
  if (captured === null) return null
  const { plan } = captured
  if (plans.size >= mostKnown) plans.clear()
  plans.set(row.fingerprint, { plan, meanMs, looks: 0 })
  return plan
}

/** What the server keeps of itself has the indexes that it has. */
const isOfSystem = (table: string) => /^(pg_|information_schema\.)/.test(table)

function scansOf(plan: PlanNode, statement: Spent<StatementFacts>): Scan[] {
  const whole = costOf(plan)
  const found: Scan[] = []
  const visit = (node: PlanNode): void => {
    const kind = textOf(node['Node Type'])
    const name = node['Relation Name']
    const share = whole > 0 ? Math.min(1, costOf(node) / whole) : 1
    const scan = { statement, sql: statement.row.sql, table: typeof name === 'string' ? name : null, share }
    if (kind === 'Seq Scan') found.push(scan)
    else if (/^(Bitmap )?Index (Only )?Scan$/.test(kind)) {
      const through = { index: textOf(node['Index Name']), condition: textOf(node['Index Cond']) }
      found.push({ ...scan, through })
    }
    for (const child of node.Plans ?? []) visit(child)
  }
  visit(plan)
  return found
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const costOf = (node: PlanNode) => Number(node['Total Cost'] ?? 0)

function fixOf(
  { statement, share, through }: Scan,
  { sql, title, table, rows }: Proposal,
  { seconds, kind }: { seconds: number; kind: Database['kind'] },
): Fix {
  const { row, calls, ms } = statement
  const route = row.routes[0]?.name ?? null
  return {
    id: `missing-index:${title}`,
    kind: 'missing-index',
    title: `An index on ${title}${route === null ? '' : ` for ${route}`}`,
    route,
    savedMsPerSecond: (ms / seconds) * share,
    evidence: [
      `${(calls / seconds).toPrecision(2)} times a second, ${formatDuration(ms / calls)} each: ${shorten(row.sql)}`,
      `its plan reads all of ${through ? `the index ${through.index} of ` : ''}${table}: about ${Math.round(rows).toLocaleString('en-US')} rows`,
    ],
    action: {
      text: 'Prove it on a copy of the database, then make it: writes go on meanwhile.',
      ...(sql !== null && { sql }),
      command: kind === 'postgres' ? 'hotpath db advise --url "$DATABASE_URL"' : 'hotpath db slow',
      screen: 'database',
    },
  }
}

/** Several statements that ask for one index gain together. */
function together(same: readonly Fix[]): Fix {
  const [first, ...others] = same.toSorted((a, b) => b.savedMsPerSecond - a.savedMsPerSecond)
  const saved = others.reduce((sum, { savedMsPerSecond }) => sum + savedMsPerSecond, 0)
  return {
    ...first!,
    savedMsPerSecond: first!.savedMsPerSecond + saved,
    evidence: [...new Set([first!, ...others].flatMap(({ evidence }) => evidence))].slice(0, 5),
  }
}

const longest = 200

function shorten(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
