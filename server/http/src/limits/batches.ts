import { type Rate } from './gcra.ts'
import { type ScriptReply, type ScriptRunner, takeTokens } from './redis-scripts.ts'

/** What one key asks of Redis. */
export interface Ask {
  readonly name: string
  readonly rate: Rate
  /** Requests that wait. */
  readonly need: number
  /** Requests to hold ahead of them. */
  readonly ahead: number
  /** Requests given back. */
  readonly given: number
}

/** What Redis said to one ask. */
export interface Granted {
  readonly granted: number
  /** When all of the limit is free again, in milliseconds of the local clock; never too late. */
  readonly wholeAtMs: number
}

/** Whoever asks: what it wants is read when the batch is sent, not before. */
export interface Asker {
  ask(): Ask
  granted(granted: Granted): void
  /** There is no answer in time. One that comes later all the same is told as `granted`. */
  late(): void
}

/** Gathers what many keys ask into few round trips. */
export interface Batches {
  /** Asked with the next batch: at once where somebody waits, else within a few milliseconds. */
  add(asker: Asker, isUrgent: boolean): void
  /** Redis did not answer the last batch; it is tried again now and then. */
  isAway(): boolean
  close(): void
}

export interface BatchesOptions {
  readonly redis: ScriptRunner
  readonly now: () => number
  /** How long what nobody waits for may gather, in milliseconds. */
  readonly lingerMs: number
  /** How long a request waits for Redis at most, in milliseconds. */
  readonly waitMs: number
  /** How long Redis is left alone after it did not answer, in milliseconds. */
  readonly retryMs: number
}

/** Keys of one script: Redis does nothing else meanwhile. */
const mostKeys = 256

/**
 * One batch is on its way at a time, the next gathers behind it: the busier the process and the slower Redis, the more
 * keys share a round trip.
 */
export function createBatches(options: BatchesOptions): Batches {
  const { redis, now, lingerMs, waitMs, retryMs } = options
  const waiting = new Set<Asker>()
  let isUrgent = false
  let isAsking = false
  let isAway = false
  let isClosed = false
  let soon: NodeJS.Immediate | undefined
  let later: NodeJS.Timeout | undefined

  function schedule(): void {
    if (isAsking || isClosed || waiting.size === 0) return
    // At the end of this turn, with all that arrived in it.
    if (isUrgent && !isAway) soon ??= setImmediate(flush)
    else later ??= setTimeout(flush, isAway ? retryMs : lingerMs).unref()
  }

  function flush(): void {
    clearTimeout(later)
    clearImmediate(soon)
    later = soon = undefined
    if (isAsking || isClosed) return
    const batch = [...waiting].slice(0, mostKeys)
    for (const asker of batch) waiting.delete(asker)
    if (waiting.size === 0) isUrgent = false
    isAsking = true
    void send(batch)
  }

  async function send(batch: readonly Asker[]): Promise<void> {
    const asks = batch.map((asker) => asker.ask())
    const names = asks.map(({ name }) => name)
    const words = asks.flatMap(wordsOf)
    const sentAt = now()
    // The next batch does not wait for an answer that may never come.
    const tooLate = setTimeout(() => fail(batch), waitMs)
    try {
      const figures = readFigures(await redis.run(takeTokens, names, words), batch.length)
      isAway = false
      for (const [index, asker] of batch.entries()) {
        const [granted, wholeUs] = figures[index]!
        asker.granted({ granted, wholeAtMs: sentAt + wholeUs / 1000 })
      }
    } catch {
      if (!isClosed) fail(batch)
    } finally {
      clearTimeout(tooLate)
      isAsking = false
      schedule()
    }
  }

  function fail(batch: readonly Asker[]): void {
    isAway = true
    for (const asker of batch) asker.late()
    // Who came since would only wait for the same.
    for (const asker of waiting) asker.late()
    isAsking = false
    schedule()
  }

  redis.onReady?.(() => {
    isAway = false
    clearTimeout(later)
    later = undefined
    schedule()
  })

  return {
    add(asker, urgent) {
      waiting.add(asker)
      isUrgent ||= urgent
      schedule()
    },
    isAway: () => isAway,
    close() {
      isClosed = true
      clearTimeout(later)
      clearImmediate(soon)
      for (const asker of waiting) asker.late()
      waiting.clear()
    },
  }
}

function wordsOf({ rate, need, ahead, given }: Ask): string[] {
  return [rate.intervalUs, rate.burst, need, ahead, given].map(String)
}

/** @throws Error for anything that is not two numbers for each key */
function readFigures(reply: ScriptReply, count: number): [granted: number, wholeUs: number][] {
  const isRead =
    Array.isArray(reply) && reply.length === 2 * count && reply.every((figure) => typeof figure === 'number')
  if (!isRead) throw new Error(`Redis answered something else than ${2 * count} numbers.`)
  const figures = reply as readonly number[]
  return Array.from({ length: count }, (_, index) => [figures[2 * index]!, figures[2 * index + 1]!])
}
