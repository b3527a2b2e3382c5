import type { Fix, Overview, Route } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import type { CapturedPlan } from '@hotpath/postgres/tap'
import type { Caches } from '../caches.ts'
import { sizePool } from '../pool-advice.ts'
import type { Facts } from './facts.ts'
import { countFacts, type FactsCounter, type FactsShare, sumFacts } from './facts-share.ts'
import { indexHealth } from './index-health.ts'
import { lowHits } from './low-hits.ts'
import { type KnownPlans, missingIndexes } from './missing-indexes.ts'
import { rank } from './rank.ts'
import { repeatedStatements } from './repeated-statements.ts'
import { blockedLoop, smallPool } from './resources.ts'
import { shareWaits } from './share-waits.ts'
import { uncachedRoutes } from './uncached-routes.ts'

export interface FixFinderOptions {
  routes: readonly Route[]
  database: Database
  caches: Pick<Caches, 'stats'>
  /** Of all processes. */
  overview: () => Overview | Promise<Overview>
  /** Whether it is this process that looks for all of them; another has nothing to tell. */
  leads: () => boolean
  /** The other processes. */
  others: {
    facts(): Promise<readonly FactsShare[]>
    /** The plan of a statement that this process never sent. */
    planOf(fingerprint: string): Promise<CapturedPlan | null>
  }
  /** The alerts that fire, by id. */
  alarms: () => readonly string[]
  /** Between two looks, in milliseconds. */
  everyMs: number
  /** Milliseconds that only go forward. @default performance.now */
  now?: () => number
}

/** Looks in the background for what would save the most time: again and again, and when an alert begins to fire. */
export interface FixFinder {
  /** As of the last look. */
  current(): readonly Fix[]
  /** What happened in this process since it was last asked. */
  share(): Promise<FactsShare>
  /** Looks now; resolves when it has, or its time is up. It never rejects. */
  look(): Promise<void>
  close(): void
}

/** How often it is asked for alarms, and how much must have been seen since the last look to say anything, in milliseconds. */
const alarmsEveryMs = 2_000
const leastSeenMs = 10_000
/** A look that takes longer is given up: whatever it waits for has other work. */
const deadlineMs = 10_000
/** Catalogs change seldom, and reading all of them takes a while. */
const healthEveryMs = 600_000

/** Begins to look; nothing of it keeps the process alive, and no request waits for it. */
export function findFixes(options: FixFinderOptions): FixFinder {
  const { everyMs, alarms, leads, others, database, now = () => performance.now() } = options
  const counter = countFacts({ ...options, now })
  const plans: KnownPlans = new Map()
  let fixes: readonly Fix[] = []
  let looking: Promise<void> | undefined
  let health: { at: number; findings: Facts['health'] } | undefined
  let closed = false
  let heard: ReadonlySet<string> = new Set()

  async function healthNow(): Promise<Facts['health']> {
    if (health && now() - health.at < healthEveryMs) return health.findings
    const { findings } = await checkHealth(database)
    health = { at: now(), findings }
    return findings
  }

  async function find(): Promise<void> {
    const facts = await gather(options, { counter, health: healthNow })
    const planOf = async (fingerprint: string) =>
      (await database.tap.planOf(fingerprint)) ?? others.planOf(fingerprint)
    const indexes = await missingIndexes(facts, { database, planOf, plans }).catch(() => [])
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
    if (closed || !leads()) return Promise.resolve()
    // One at a time, also where the last one was given up.
    looking ??= find()
      .catch(() => {})
      .finally(() => (looking = undefined))
    const deadline = new Promise<void>((late) => setTimeout(late, deadlineMs).unref())
    return Promise.race([looking, deadline])
  }

  /** Who is told that something is wrong asks what to do about it. */
  function hear(): void {
    const ringing = alarms()
    const isNew = ringing.some((id) => !heard.has(id))
    if (isNew && now() - counter.takenAt() < leastSeenMs) return
    heard = new Set(ringing)
    if (isNew) void look()
  }

  const timers = [setInterval(() => void look(), everyMs).unref(), setInterval(hear, alarmsEveryMs).unref()]
  return {
    current: () => (leads() ? fixes : []),
    share: counter.take,
    look,
    close() {
      closed = true
      for (const timer of timers) clearInterval(timer)
    },
  }
}

async function gather(
  { routes, database, overview, others }: FixFinderOptions,
  { counter, health }: { counter: FactsCounter; health: () => Promise<Facts['health']> },
): Promise<Facts> {
  const [own, told] = await Promise.all([counter.take(), others.facts()])
  const { waitedMs, ...facts } = sumFacts([own, ...told])
  return {
    ...facts,
    routes,
    overview: await overview(),
    pool: { waitedMs, max: database.pool.stats().max, sizing: await sizePool(database).catch(() => null) },
    health: await health().catch(() => []),
  }
}
