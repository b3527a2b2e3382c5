import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { sumBy } from '@hotpath/core'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { say } from '../say.ts'

const requestChannel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** Why requests are slow, where that can be told. */
export interface Cause {
  /** `because of the database: statements on question_votes take 97 % of its time` */
  clause: string
  evidence: string[]
}

/** Where the time of requests went lately. */
export interface Causes {
  /** Lets go of what is older; called at every look, so that no request pays for a clock. */
  turn(now: number): void
  /** Where the time of one route went, or of all requests, in this process. */
  spent(route: string | null): Spent
  close(): void
}

/** Statements on the same tables. */
interface OnTables {
  calls: number
  ms: number
  /** One of them, without values. */
  sql: string
}

/** Where the time of requests went, in milliseconds: plain data. */
export interface Spent {
  requests: number
  requestMs: number
  statements: number
  statementMs: number
  waitMs: number
  tables: ({ name: string } & OnTables)[]
}

/** The same, while it is counted. */
interface Counted extends Omit<Spent, 'tables'> {
  tables: Map<string, OnTables>
}

const halfMs = 30_000
const maxRoutes = 500
const maxTables = 30
/** Less of the time than this is no cause. */
const leastShare = 0.5
/** What is no cause by itself is named from here on. */
const leastNamed = 0.1
/** And less time than this per request is none that anybody waits for. */
const leastMs = 1

/** Follows the last half minute to a minute; two halves of each, so that nothing runs on a timer. */
export function followCauses(startedAt: number): Causes {
  let half = Math.floor(startedAt / halfMs)
  let [older, newer] = [new Map<string, Counted>(), new Map<string, Counted>()]

  const spentOf = (route: string): Counted => {
    let spent = newer.get(route)
    if (!spent) {
      spent = nothingSpent()
      if (newer.size < maxRoutes) newer.set(route, spent)
    }
    return spent
  }
  const onRequest = (published: unknown): void => {
    const { route, durationMs, cache } = published as HttpRequestMessage
    // It waited for nothing, and there are many.
    if (cache === 'hit') return
    const spent = spentOf(route)
    spent.requests += 1
    spent.requestMs += durationMs
  }
  const onStatement = (published: unknown): void => {
    const { route, durationMs, waitMs, facts } = published as PostgresStatementMessage
    if (route === null) return
    const spent = spentOf(route)
    spent.statements += 1
    spent.statementMs += durationMs
    spent.waitMs += waitMs
    if (facts) addTables(spent.tables, facts, durationMs)
  }

  subscribe(requestChannel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    turn(now) {
      const current = Math.floor(now / halfMs)
      if (current === half) return
      older = current === half + 1 ? newer : new Map()
      newer = new Map()
      half = current
    },
    spent(route) {
      const halves = [older, newer].flatMap((spents) =>
        route === null ? [...spents.values()] : (spents.get(route) ?? []),
      )
      return sumSpent(halves.map((half) => ({ ...half, tables: listOf(half.tables) })))
    },
    close() {
      unsubscribe(requestChannel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

const nothingSpent = (): Counted => ({
  requests: 0,
  requestMs: 0,
  statements: 0,
  statementMs: 0,
  waitMs: 0,
  tables: new Map(),
})

function addTables(
  known: Counted['tables'],
  { tables, sql }: NonNullable<PostgresStatementMessage['facts']>,
  ms: number,
): void {
  const name = tables.join(', ')
  let on = known.get(name)
  if (!on) {
    if (known.size >= maxTables) return
    known.set(name, (on = { calls: 0, ms: 0, sql }))
  }
  on.calls += 1
  on.ms += ms
}

const listOf = (tables: Counted['tables']) =>
  Array.from(tables, ([name, { calls, ms, sql }]) => ({ name, calls, ms, sql: shorten(sql) }))

function sumSpent(all: readonly Spent[]): Spent {
  const sum = (pick: (spent: Spent) => number) => all.reduce((total, one) => total + pick(one), 0)
  const tables = sumBy(
    all.flatMap((one) => one.tables),
    ({ name }) => name,
    (known, { calls, ms }) => ({ ...known, calls: known.calls + calls, ms: known.ms + ms }),
  )
  return {
    requests: sum(({ requests }) => requests),
    requestMs: sum(({ requestMs }) => requestMs),
    statements: sum(({ statements }) => statements),
    statementMs: sum(({ statementMs }) => statementMs),
    waitMs: sum(({ waitMs }) => waitMs),
    tables: tables.sort((a, b) => b.ms - a.ms).slice(0, maxTables),
  }
}

/** What stands out in all of it; null where nothing does. */
export function causeOf(all: readonly Spent[]): Cause | null {
  const { requests, requestMs, statements, statementMs, waitMs, tables } = sumSpent(all)
  if (requests === 0 || requestMs === 0) return null
  // Statements of one request may run side by side: together they take longer than it.
  const shareOf = (ms: number) => Math.min(1, ms / requestMs)
  const percent = (ms: number) => say(shareOf(ms), 'ratio')
  const each = (ms: number, count: number) => say(ms / count, 'ms')
  const many = statements / requests
  const perRequest = `${many.toPrecision(2)} statements per request, ${each(statementMs + waitMs, requests)} of ${each(requestMs, requests)}`
  // Who waits for a connection waits for the statements that hold them.
  const ms = statementMs + waitMs
  if (shareOf(ms) < leastShare || ms / requests < leastMs) return null
  const waits = shareOf(waitMs) >= leastNamed ? [`waiting for a connection ${percent(waitMs)}`] : []
  const [worst] = tables
  const about = worst && worst.name !== '' ? `statements on ${worst.name}` : 'statements'
  const [first, ...more] = [`${about} take ${percent(worst?.ms ?? statementMs)} of the time`, ...waits]
  return {
    clause: `because of the database: ${[first, ...more].join(', ')}`,
    evidence: [perRequest, ...(worst ? [`${each(worst.ms, worst.calls)} each: ${worst.sql}`] : [])],
  }
}

const longestSql = 160

function shorten(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim()
  return line.length > longestSql ? `${line.slice(0, longestSql)}…` : line
}
