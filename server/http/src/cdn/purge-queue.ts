import type { Clock } from '@hotpath/core'
import { createTokenBucket } from './token-bucket.ts'
import type { CdnAdapter, PurgeBatch, PurgeReceipt } from './purge-target.ts'
import { createWaitingPurges } from './waiting-purges.ts'

/** One line of the audit trail: what was asked of the CDN, and what became of it. */
export interface PurgeRecord {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly cdn: string
  readonly kind: PurgeBatch['kind']
  readonly values: readonly string[]
  /** `retrying`: it failed and is tried again. `abandoned`: it failed for good; the CDN may still serve what it holds. */
  readonly outcome: 'purged' | 'retrying' | 'abandoned'
  /** Counted from 1; 0 where it was never sent. */
  readonly attempt: number
  /** Null where it succeeded. */
  readonly reason: string | null
}

export interface PurgeQueueOptions {
  adapter: CdnAdapter
  /** How long purges are gathered into one call, in milliseconds. @default 50 */
  gatherMs?: number
  /** Most things that wait; beyond it everything is purged at once. @default 10_000 */
  maxWaiting?: number
  /** Calls for one batch before it is given up. @default 12, about ten minutes */
  attempts?: number
  /** How long one call may take, in milliseconds. @default 10_000 */
  callMs?: number
  /** Told of each line of the audit trail. */
  onRecord?: (record: PurgeRecord) => void
  /** @default Date.now */
  clock?: Clock
  /** From 0 to 1. @default Math.random */
  random?: () => number
  /** Resolves after so many milliseconds, or at once when `signal` aborts. @default a timer */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Tells a CDN what to drop: gathered, in its rate, again after failures, in the order in which it came. */
export interface PurgeQueue {
  /** Never waits and never throws. */
  purge(batch: PurgeBatch): void
  /** The last lines of the audit trail, oldest first. */
  records(): readonly PurgeRecord[]
  stats(): { waiting: number; purged: number; failing: number; abandoned: number }
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** Tries what is left once more within `graceMs`, and ends. @default 5_000 */
  close(graceMs?: number): Promise<void>
}

export const purgeQueueDefaults = {
  gatherMs: 50,
  maxWaiting: 10_000,
  attempts: 12,
  callMs: 10_000,
} as const

/** Lines kept for whoever asks. */
const keptRecords = 200
/** The first wait after a failure, and the longest, in milliseconds. */
const firstWaitMs = 500
const longestWaitMs = 120_000

/** Makes the queue of one CDN. */
export function createPurgeQueue(options: PurgeQueueOptions): PurgeQueue {
  const { adapter, onRecord, clock = Date.now, random = Math.random, wait = waitFor } = options
  const settings = { ...purgeQueueDefaults, ...options }
  const waiting = createWaitingPurges(adapter.most, settings.maxWaiting)
  const nextToken = createTokenBucket(adapter.rate, clock)
  const records: PurgeRecord[] = []
  const closing = new AbortController()
  const cut = new AbortController()
  const totals = { purged: 0, abandoned: 0 }
  let failing = 0
  let running: Promise<void> | null = null

  function record(batch: PurgeBatch, attempt: number, receipt: PurgeReceipt): void {
    const outcome = receipt.ok ? 'purged' : isLast(receipt.retry, attempt) ? 'abandoned' : 'retrying'
    if (outcome !== 'retrying') totals[outcome] += Math.max(1, batch.values.length)
    failing = receipt.ok ? 0 : failing + 1
    const reason = receipt.ok ? null : receipt.reason
    const line = { at: clock(), cdn: adapter.name, ...batch, outcome, attempt, reason } as const
    records.push(line)
    if (records.length > keptRecords) records.shift()
    onRecord?.(line)
  }

  /** Whether a failure is not followed by another attempt. */
  function isLast(retry: boolean, attempt: number): boolean {
    return !retry || attempt >= settings.attempts || closing.signal.aborted
  }

  /** One batch until it is purged or given up. */
  async function deliver(batch: PurgeBatch): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      for (let ms = nextToken(); ms > 0 && !cut.signal.aborted; ms = nextToken()) await wait(ms, cut.signal)
      const signal = AbortSignal.any([cut.signal, AbortSignal.timeout(settings.callMs)])
      const receipt = await adapter.send(batch, signal)
      const ends = receipt.ok || isLast(receipt.retry, attempt)
      record(batch, attempt, receipt)
      if (ends) return
      await wait(receipt.afterMs ?? backOff(attempt), closing.signal)
    }
  }

  /** Full jitter: the processes of a fleet do not come back together. */
  function backOff(attempt: number): number {
    return Math.ceil(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)))
  }

  async function run(): Promise<void> {
    await wait(settings.gatherMs, closing.signal)
    for (let batch = waiting.take(); batch; batch = waiting.take()) await deliver(batch)
    running = null
  }

  async function drained(): Promise<void> {
    for (let current = running; current; current = running) await current
  }

  function refusal({ kind }: PurgeBatch): string {
    if (adapter.most[kind] === 0) return `this CDN purges no ${kind}`
    return `more than ${settings.maxWaiting} things wait`
  }

  return {
    purge(batch) {
      if (waiting.add(batch)) running ??= run()
      else record(batch, 0, { ok: false, retry: false, reason: refusal(batch) })
    },
    records: () => [...records],
    stats: () => ({ ...totals, waiting: waiting.size(), failing }),
    drained,
    async close(graceMs = 5_000) {
      closing.abort()
      const deadline = setTimeout(() => cut.abort(), graceMs)
      await drained()
      clearTimeout(deadline)
    },
  }
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms).unref()
  const stop = () => resolve()
  signal.addEventListener('abort', stop, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
}
