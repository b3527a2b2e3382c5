import type { Fix, Overview, Route } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import type { Caches } from '../caches.ts'
import { sizePool } from '../pool-advice.ts'
import type { Facts } from './facts.ts'
import { indexHealth } from './index-health.ts'
import { lowHits } from './low-hits.ts'
import { type KnownPlans, missingIndexes } from './missing-indexes.ts'
import { rank } from './rank.ts'
import { repeatedStatements } from './repeated-statements.ts'
import { blockedLoop, smallPool } from './resources.ts'
import { shareWaits } from './share-waits.ts'
import { createSince, type Since } from './since.ts'
import { uncachedRoutes } from './uncached-routes.ts'

export interface FixFinderOptions {
  routes: readonly Route[]
  database: Database
  caches: Pick<Caches, 'stats'>
  overview: () => Overview
  /** Between two looks, in milliseconds. */
  everyMs: number
  /** Milliseconds that only go forward. @default performance.now */
  now?: () => number
}

/** Looks in the background for what would save the most time. */
export interface FixFinder {
  /** As of the last look. */
  current(): readonly Fix[]
  /** Looks now; resolves when it has, or its time is up. It never rejects. */
  look(): Promise<void>
  close(): void
}

/** A look that takes longer is given up: whatever it waits for has other work. */
const deadlineMs = 10_000
/** Catalogs change seldom, and reading all of them takes a while. */
const healthEveryMs = 600_000

/** Begins to look; nothing of it keeps the process alive, and no request waits for it. */
export function findFixes(options: FixFinderOptions): FixFinder {
  const { everyMs, now = () => performance.now() } = options
  const since = createSince()
  const plans: KnownPlans = new Map()
  let last = now()
  let fixes: readonly Fix[] = []
  let looking: Promise<void> | undefined
  let health: { at: number; findings: Facts['health'] } | undefined
  let closed = false

  async function healthNow(): Promise<Facts['health']> {
    if (health && now() - health.at < healthEveryMs) return health.findings
    const { findings } = await checkHealth(options.database)
    health = { at: now(), findings }
    return findings
  }

  async function find(): Promise<void> {
    const at = now()
    const facts = await gather(options, { since, seconds: Math.max(1, at - last) / 1000, health: healthNow })
    last = at
    const indexes = await missingIndexes(facts, { database: options.database, plans }).catch(() => [])
    const { fixes: shorter, pool } = shareWaits([...indexes, ...repeatedStatements(facts)], facts)
    const found = [
      ...shorter,
      ...uncachedRoutes(facts),
      ...lowHits(facts),
      ...smallPool({ ...facts, pool }),
      ...blockedLoop(facts),
      ...indexHealth(facts),
    ]
    if (!closed) fixes = rank(found)
  }

  function look(): Promise<void> {
    if (closed) return Promise.resolve()
    // One at a time, also where the last one was given up.
    looking ??= find()
      .catch(() => {})
      .finally(() => (looking = undefined))
    const deadline = new Promise<void>((late) => setTimeout(late, deadlineMs).unref())
    return Promise.race([looking, deadline])
  }

  const timer = setInterval(() => void look(), everyMs).unref()
  return {
    current: () => fixes,
    look,
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}

async function gather(
  { routes, database, caches, overview }: FixFinderOptions,
  { since, seconds, health }: { since: Since; seconds: number; health: () => Promise<Facts['health']> },
): Promise<Facts> {
  const { statements, repeats } = await database.tap.report()
  const { waitedMs, max } = database.pool.stats()
  const facts: Facts = {
    seconds,
    routes,
    overview: overview(),
    statements: statements.map((row) => ({
      row,
      calls: since.of(`calls ${row.fingerprint}`, row.calls),
      ms: since.of(`ms ${row.fingerprint}`, row.totalMs),
    })),
    repeats: repeats.map((row) => {
      const key = `${row.fingerprint} ${row.route} ${row.site}`
      return {
        row,
        calls: since.of(`repeats ${key}`, row.statements),
        ms: since.of(`repeated ms ${key}`, row.totalMs),
      }
    }),
    groups: groupsSince(caches, since),
    pool: {
      waitedMs: since.of('waited', waitedMs),
      max,
      sizing: await sizePool(database).catch(() => null),
    },
    health: await health().catch(() => []),
  }
  since.turn()
  return facts
}

function groupsSince(caches: Pick<Caches, 'stats'>, since: Since): Facts['groups'] {
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
