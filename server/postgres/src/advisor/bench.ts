import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './session.ts'

/** One call of a statement: its text and the values of one call. */
export interface Call {
  sql: string
  params: readonly unknown[]
  write: boolean
}

export interface Plan {
  /** Equal for plans that do the same work in the same order; estimates are no part of it. */
  key: string
  /** The planner's estimate, in its own unit. */
  cost: number
  /** Names of the indexes it reads. */
  indexes: string[]
}

/** What came of one timed run. */
export interface Timed {
  ms: number
  /** It was stopped at its limit: it takes at least this long. */
  stopped: boolean
}

/** Plans and times calls on the clone, with any of its new indexes taken away for a while. */
export interface Bench {
  /** Runs `work` in a transaction in which the indexes do not exist, and rolls everything back. */
  without<T>(indexes: readonly string[], work: () => Promise<T>): Promise<T>
  /** @throws DatabaseError where the statement is wrong */
  plan(call: Call): Promise<Plan>
  /** Must be inside `without`. Changes are rolled back. @throws DatabaseError where the statement fails */
  time(call: Call, limitMs: number): Promise<Timed>
  /** Bytes of write-ahead log that a call writes; inside `without`. */
  walBytes(call: Call): Promise<number>
}

export function createBench(session: Session, signal: AbortSignal): Bench {
  /** The beginning of the transaction that `without` is in. */
  let beginning = 'begin'

  async function restored<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    await session.query(`savepoint call; set local statement_timeout = ${Math.ceil(limitMs)}`)
    try {
      return await work()
    } finally {
      // The call's limit holds for the rollback too, and a busy machine may not be done with that in time either.
      await session.query('rollback to savepoint call').catch((error: unknown) => {
        if (!wasStopped(error)) throw error
        return session.query('rollback to savepoint call')
      })
    }
  }
  /** Sees to the limit where the database does not: it is begun again, and the transaction with it. */
  async function withinLimit<T>(running: Promise<T>, limitMs: number): Promise<T> {
    const { restart } = session
    if (restart === null) return running
    const late = new AbortController()
    const limit = sleep(limitMs, 'late' as const, { signal: late.signal }).catch(() => 'late' as const)
    const first = await Promise.race([running, limit]).finally(() => late.abort())
    if (first !== 'late') return first
    running.catch(() => {})
    await restart()
    await session.query(`${beginning}; savepoint call`)
    throw Object.assign(new Error('stopped at its limit'), { code: stoppedCode })
  }

  return {
    async without(indexes, work) {
      signal.throwIfAborted()
      beginning = ['begin', ...indexes.map((name) => `drop index ${name}`)].join('; ')
      await session.query(beginning)
      try {
        return await work()
      } finally {
        await session.query('rollback')
      }
    },
    plan: ({ sql, params }) =>
      restored(30_000, async () => {
        signal.throwIfAborted()
        const { rows } = await session.run(`explain (format json) ${sql}`, params)
        return readPlan(JSON.parse(rows[0]![0]!)[0].Plan)
      }),
    time: ({ sql, params }, limitMs) =>
      restored(limitMs, async () => {
        signal.throwIfAborted()
        try {
          const { ms } = await withinLimit(session.run(sql, params), limitMs)
          return { ms, stopped: false }
        } catch (error) {
          if (!wasStopped(error)) throw error
          return { ms: limitMs, stopped: true }
        }
      }),
    walBytes: ({ sql, params }) =>
      restored(60_000, async () => {
        const position = async (): Promise<bigint> => {
          const [row] = await session.query<{ at: string }>(
            `select pg_current_wal_insert_lsn() - '0/0' as at`,
          )
          return BigInt(row!.at)
        }
        const before = await position()
        await session.run(sql, params)
        return Number((await position()) - before)
      }),
  }
}

/** SQLSTATE query_canceled. */
const stoppedCode = '57014'

function wasStopped(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === stoppedCode || code === 'HP_STATEMENT_TIMEOUT'
}

const estimates =
  /^(Startup Cost|Total Cost|Plan Rows|Plan Width|Parallel Aware|Async Capable|Planned Partitions)$/

type PlanNode = Record<string, unknown>

/** What matters of EXPLAIN's answer. */
export function readPlan(root: PlanNode): Plan {
  const indexes = new Set<string>()
  const essence = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(essence)
    if (typeof value !== 'object' || value === null) return value
    const node = value as PlanNode
    if (typeof node['Index Name'] === 'string') indexes.add(node['Index Name'])
    return Object.entries(node).flatMap(([name, content]) =>
      estimates.test(name) ? [] : [[name, essence(content)]],
    )
  }
  const key = createHash('sha1')
    .update(JSON.stringify(essence(root)))
    .digest('base64')
  return { key, cost: Number(root['Total Cost']), indexes: [...indexes] }
}
