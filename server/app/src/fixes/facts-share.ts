import { sumBy } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import type { Caches } from '../caches.ts'
import type { Facts, GroupSince, RepeatFacts, Spent, StatementFacts } from './facts.ts'
import { createSince, type Since } from './since.ts'

/** What happened in one process since it was last asked: plain data, in bounded number. */
export interface FactsShare {
  seconds: number
  statements: Spent<StatementFacts>[]
  repeats: Spent<RepeatFacts>[]
  groups: GroupSince[]
  /** For a connection, in milliseconds. */
  waitedMs: number
}

export interface FactsParts {
  database: Database
  caches: Pick<Caches, 'stats'>
  /** Milliseconds that only go forward. */
  now: () => number
}

/** What growth is told of. */
export interface FactsCounter {
  /** What grew since the last call. */
  take(): Promise<FactsShare>
  /** When that was; before the first call, when it began. */
  takenAt(): number
}

/** Of statements and of repeats as many are told: what takes less time than these is no fix. */
const most = 100

/** Begins to follow running totals. */
export function countFacts({ database, caches, now }: FactsParts): FactsCounter {
  const since = createSince()
  let last = now()
  return {
    async take() {
      const at = now()
      const { statements, repeats } = await database.tap.report()
      const share: FactsShare = {
        seconds: Math.max(1, at - last) / 1000,
        statements: latest(
          statements.map(({ fingerprint, sql, kind, tables, routes, calls, totalMs }) => ({
            row: { fingerprint, sql, kind, tables, routes },
            calls: since.of(`calls ${fingerprint}`, calls),
            ms: since.of(`ms ${fingerprint}`, totalMs),
          })),
        ),
        repeats: latest(
          repeats.map((row) => ({
            row,
            calls: since.of(`repeats ${keyOfRepeat(row)}`, row.statements),
            ms: since.of(`repeated ms ${keyOfRepeat(row)}`, row.totalMs),
          })),
        ),
        groups: groupsSince(caches, since),
        waitedMs: since.of('waited', database.pool.stats().waitedMs),
      }
      since.turn()
      last = at
      return share
    },
    takenAt: () => last,
  }
}

const latest = <Row>(spent: Spent<Row>[]): Spent<Row>[] =>
  spent
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most)

const keyOfRepeat = ({ fingerprint, route, site }: RepeatFacts) => `${fingerprint} ${route} ${site}`

function groupsSince(caches: Pick<Caches, 'stats'>, since: Since): GroupSince[] {
  return caches.stats().objects.flatMap(({ namespace, groups }) =>
    groups.map(({ name, hits, staleHits, misses, loads, loadMs }) => {
      const of = (what: string, total: number) => since.of(`${namespace} ${name} ${what}`, total)
      return {
        namespace,
        name,
        hits: of('hits', hits.memory + hits.redis + staleHits),
        misses: {
          absent: of('absent', misses.absent),
          expired: of('expired', misses.expired),
          invalidated: of('invalidated', misses.invalidated),
          unreachable: of('unreachable', misses.unreachable),
          corrupt: of('corrupt', misses.corrupt),
        },
        loads: of('loads', loads),
        loadMs: of('loadMs', loadMs),
      }
    }),
  )
}

/** The same of all processes. */
export type WholeFacts = Pick<Facts, 'seconds' | 'statements' | 'repeats' | 'groups'> &
  Pick<FactsShare, 'waitedMs'>

/** Adds up what the processes did in the same time. */
export function sumFacts(shares: readonly FactsShare[]): WholeFacts {
  return {
    // One that began later has seen less of the same time.
    seconds: Math.max(...shares.map(({ seconds }) => seconds)),
    statements: sumBy(
      shares.flatMap(({ statements }) => statements),
      ({ row }) => row.fingerprint,
      (sum, { calls, ms }) => ({ row: sum.row, calls: sum.calls + calls, ms: sum.ms + ms }),
    ),
    repeats: sumBy(
      shares.flatMap(({ repeats }) => repeats),
      ({ row }) => keyOfRepeat(row),
      (sum, { row, calls, ms }) => ({
        row: addRepeat(sum.row, row),
        calls: sum.calls + calls,
        ms: sum.ms + ms,
      }),
    ),
    groups: sumBy(
      shares.flatMap(({ groups }) => groups),
      ({ namespace, name }) => `${namespace} ${name}`,
      addGroup,
    ),
    waitedMs: shares.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
  }
}

function addRepeat(sum: RepeatFacts, one: RepeatFacts): RepeatFacts {
  const requests = sum.requests + one.requests
  const statements = sum.statements + one.statements
  return {
    ...sum,
    requests,
    statements,
    totalMs: sum.totalMs + one.totalMs,
    perRequest: statements / requests,
    most: Math.max(sum.most, one.most),
    identical: sum.identical + one.identical,
  }
}

function addGroup(sum: GroupSince, one: GroupSince): GroupSince {
  const { absent, expired, invalidated, unreachable, corrupt } = sum.misses
  return {
    ...sum,
    hits: sum.hits + one.hits,
    misses: {
      absent: absent + one.misses.absent,
      expired: expired + one.misses.expired,
      invalidated: invalidated + one.misses.invalidated,
      unreachable: unreachable + one.misses.unreachable,
      corrupt: corrupt + one.misses.corrupt,
    },
    loads: sum.loads + one.loads,
    loadMs: sum.loadMs + one.loadMs,
  }
}
