import type { Database } from '../database.ts'
import type { RouterSettings } from './options.ts'
import { type Probe, probe } from './probe.ts'
import { advance, newReplica, type Observation, oldestAllowed, type ReplicaState } from './replica-state.ts'

export interface Replica {
  readonly name: string
  readonly database: Database
  state: ReplicaState
  /** Reads under way. */
  inFlight: number
}

/** The primary and its replicas, asked again and again where they are. */
export interface Fleet {
  readonly replicas: readonly Replica[]
  /** Null until the primary has answered, and while it says that it is none. */
  timeline(): number | null
  /** What every read must see: where the primary was `maxLag` ago. */
  oldest(): bigint
  isAnyServing(): boolean
  failed(replica: Replica): void
  /** Asks all of them now. */
  poll(): Promise<void>
  close(): Promise<void>
}

export async function openFleet(
  primary: Database,
  replicas: Readonly<Record<string, Database>>,
  settings: RouterSettings,
): Promise<Fleet> {
  const { now, pollMs, probeTimeoutMs, maxLagMs } = settings
  const all: Replica[] = Object.entries(replicas).map(([name, database]) => ({
    name,
    database,
    state: newReplica,
    inFlight: 0,
  }))
  let observations: Observation[] = []
  let timeline: number | null = null
  let polling: Promise<void> | undefined

  async function pollPrimary(): Promise<void> {
    const at = now()
    const found = await inTime(probe(primary), probeTimeoutMs)
    if (found === undefined) return
    timeline = found.inRecovery ? null : found.timeline
    if (timeline === null || found.lsn === null) return
    // A primary that lost commits (a replica took over, or its disk lied) begins anew.
    const wentBack = observations.at(-1) !== undefined && observations.at(-1)!.lsn > found.lsn
    if (wentBack) observations = []
    observations.push({ lsn: found.lsn, at })
    const needed = observations.findLastIndex((one) => one.at <= at - maxLagMs)
    observations.splice(0, Math.max(0, needed))
  }

  async function pollReplica(replica: Replica): Promise<void> {
    const at = now()
    if (replica.state.status === 'failed' && at < replica.state.retryAt) return
    const found: Probe | undefined = await inTime(probe(replica.database), probeTimeoutMs)
    if (found === undefined) replica.state = advance(replica.state, { type: 'failed', at: now() })
    else if (timeline !== null) {
      const { inRecovery, lsn, timeline: own } = found
      replica.state = advance(replica.state, {
        type: 'probed',
        inRecovery,
        replayed: lsn,
        timeline: own,
        tookMs: now() - at,
        primary: { timeline, observations },
      })
    }
  }

  async function pollAll(): Promise<void> {
    await pollPrimary()
    await Promise.all(all.map(pollReplica))
  }

  const poll = () => (polling ??= pollAll().finally(() => (polling = undefined)))
  await poll()
  const timer = setInterval(() => void poll(), pollMs)
  timer.unref()
  return {
    replicas: all,
    timeline: () => timeline,
    oldest: () => oldestAllowed(observations, { now: now(), maxLagMs }),
    isAnyServing: () => all.some(({ state }) => state.status === 'serving'),
    failed(replica) {
      replica.state = advance(replica.state, { type: 'failed', at: now() })
    },
    poll,
    async close() {
      clearInterval(timer)
      await polling
    },
  }
}

/** Undefined where it fails, or does not answer in time. */
async function inTime<T>(asked: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  try {
    return await Promise.race([asked, late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
