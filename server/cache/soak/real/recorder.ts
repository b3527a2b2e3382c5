import { now } from './clock.ts'
import { OriginFailure, versionIn } from './data.ts'
import type { Batch, Cut, Read } from './messages.ts'
import { createPulse } from './pulse.ts'

/** Keeps what happened until it is told. */
export interface Recorder {
  /** Runs a read of several keys; what it may throw is counted, anything else is trouble. */
  read(what: Reading, run: () => Promise<ReadonlyMap<string, unknown>>): Promise<void>
  cut(what: Cutting, run: () => Promise<Told>): Promise<void>
  /** The calls that have not ended: what they are and since when. */
  underWay(): string[]
  take(): Batch
  stop(): void
}

/** What a call that invalidates says of it; some say nothing. */
export interface Told {
  acknowledged?: boolean
}

interface Reading {
  cache: number
  keys: readonly string[]
  how: string
  strong: boolean
}

interface Cutting {
  cuts: readonly { cache: number; key: string; version: number }[]
  how: string
  fleet: boolean
  soft: boolean
}

/** Calls shorter than this are not worth telling for their length. */
const shortMs = 500

/** What a read may end with: outages of Redis and of the origin are part of the play. */
const expected = new Set(['HP_CACHE_REDIS_DOWN', 'HP_CACHE_LOAD_TIMEOUT'])

export function createRecorder(trouble: (text: string) => void): Recorder {
  const pulse = createPulse()
  let batch = empty()
  const count = (name: string) => void (batch.counts[name] = (batch.counts[name] ?? 0) + 1)

  function ended(how: string, start: number): number {
    const end = now()
    if (end - start > shortMs) batch.late.push({ how, start, end })
    return end
  }
  const calls = new Set<{ how: string; keys: readonly string[]; start: number }>()
  async function followed<T>(
    what: { how: string; keys: readonly string[] },
    run: () => Promise<T>,
  ): Promise<T> {
    const call = { ...what, start: now() }
    calls.add(call)
    try {
      return await run()
    } finally {
      calls.delete(call)
    }
  }
  function failed(how: string, error: unknown): void {
    const { code, message, stack } = error as Error & { code?: string }
    if (error instanceof OriginFailure) count(`${how}: origin failed`)
    else if (code !== undefined && expected.has(code)) count(`${how}: ${code}`)
    else trouble(`${how} failed unexpectedly: ${code ?? ''} ${message}\n${stack ?? ''}`)
  }

  return {
    async read({ cache, keys, how, strong }, run) {
      const start = now()
      let values: ReadonlyMap<string, unknown>
      try {
        values = await followed({ how, keys: keys.map((key) => `${cache} ${key}`) }, run)
      } catch (error) {
        ended(how, start)
        failed(how, error)
        return
      }
      const end = ended(how, start)
      count(how)
      for (const key of keys) {
        const version = values.has(key) ? versionIn(key, values.get(key)) : -1
        if (typeof version === 'string') trouble(`I3: ${how} of ${key} gave ${version}`)
        else batch.reads.push({ cache, key, how, version, start, end, strong } satisfies Read)
      }
    },
    async cut({ cuts, how, fleet, soft }, run) {
      const start = now()
      let acknowledged: boolean | undefined
      try {
        const keys = cuts.map(({ cache, key }) => `${cache} ${key}`)
        ;({ acknowledged } = await followed({ how, keys }, run))
      } catch (error) {
        ended(how, start)
        failed(how, error)
        return
      }
      const end = ended(how, start)
      count(`${how}${fleet ? ', fleet' : ''}${acknowledged === false ? ', not acknowledged' : ''}`)
      batch.cuts.push(
        ...cuts.map((cut): Cut => ({
          ...cut,
          how,
          start,
          end,
          acknowledged: acknowledged === true,
          fleet,
          soft,
        })),
      )
    },
    underWay: () =>
      Array.from(calls, ({ how, keys, start }) => `${how} of ${keys.join(', ')} since ${start.toFixed(1)}`),
    take() {
      const taken = { ...batch, stalls: pulse.take(), until: now() }
      batch = empty()
      return taken
    },
    stop: () => pulse.stop(),
  }
}

const empty = (): Batch => ({
  kind: 'batch',
  reads: [],
  cuts: [],
  late: [],
  stalls: [],
  until: 0,
  counts: {},
})
