import { serve } from '../workers/serve.ts'
import type { Contestant, Entry } from './contestant.ts'
import { participants, type ParticipantName } from './contestants/index.ts'

/** One process of the fleet: a cache whose loads end when they are told to. */
export interface NodeOptions {
  participant: ParticipantName
  redisUrl: string
  /** How far its clock is ahead of the true time, in milliseconds. */
  skewMs: number
}

/** A read whose loader can be watched and held back. */
export interface HeldRead {
  key: string
  /** What the origin says when the loader asks it. */
  value: string
  entry: Entry
  /** The loader waits for `release`. */
  held: boolean
}

/** How a read ended. */
export type Outcome = { value: unknown } | { error: string }

serve(async ({ participant, redisUrl, skewMs }: NodeOptions) => {
  if (skewMs !== 0) skewClock(skewMs)
  // A connection that breaks is part of the play; some peers let its errors escape.
  process.on('uncaughtException', () => undefined)
  process.on('unhandledRejection', () => undefined)
  const cache = await (await participants[participant].load())(redisUrl)
  return methodsOf(cache)
})

export type NodeMethods = ReturnType<typeof methodsOf>

function methodsOf(cache: Contestant) {
  const reads = new Map<number, Started>()
  let loads = 0
  const startedRead = (id: number) => reads.get(id)!
  return {
    /** Begins a read; the rest is asked by its id. */
    begin(id: number, { key, value, entry, held }: HeldRead): void {
      const gate = Promise.withResolvers<void>()
      const loading = Promise.withResolvers<void>()
      if (!held) gate.resolve()
      async function load(): Promise<string> {
        loads += 1
        loading.resolve()
        await gate.promise
        return value
      }
      const finished = cache.read(key, load, entry).then(
        (value): Outcome => ({ value }),
        (error: unknown): Outcome => ({ error: String(error) }),
      )
      reads.set(id, { release: gate.resolve, loading: loading.promise, finished })
    },
    loading: (id: number) => startedRead(id).loading,
    release: (id: number) => startedRead(id).release(),
    finished: (id: number) => startedRead(id).finished,
    /** How often a loader ran in this process. */
    loads: () => loads,
    async delete(key: string): Promise<void> {
      await cache.delete(key)
    },
    async expire(key: string): Promise<void> {
      await cache.expire?.(key)
    },
    async invalidateTag(tag: string): Promise<void> {
      await cache.invalidateTag?.(tag)
    },
    /** Answers when everything that had arrived before has been handled. */
    async turn(): Promise<void> {
      await new Promise((resolve) => void setImmediate(resolve))
    },
  }
}

interface Started {
  release(): void
  loading: Promise<void>
  finished: Promise<Outcome>
}

function skewClock(skewMs: number): void {
  const True = Date
  const now = () => True.now() + skewMs
  class Skewed extends True {
    constructor(...given: [] | [number | string | Date]) {
      super(given.length === 0 ? now() : given[0])
    }
    static override now = now
  }
  globalThis.Date = Skewed as DateConstructor
}
