import { createCache, matchesGlob, type TagSpace } from '@hotpath/cache'
import type { Clock } from '@hotpath/core'
import type { Operation } from './operations.ts'
import { type Answer, type Cut, type Origin, violation } from './origin.ts'

interface Running {
  origin: Origin
  /** The tags of those that came while it ran: where they share it, they count as the load's own. */
  newcomersTags: Set<string>
  addTags(...tags: string[]): void
  resolve(value: { origin: Origin } | undefined): void
  reject(error: Error): void
}

interface Reader {
  key: string
  tags: readonly string[]
  /** `get` serves fresh values only. */
  freshOnly: boolean
}

export interface WorldOptions {
  openSpace: (clock: Clock) => TagSpace
  maxEntries: number
  /** Off where forgotten tag marks may cost a load more than one would think. */
  expectSingleFlight: boolean
}

/** A cache beside a record of everything that happened to it. */
export function createWorld({ openSpace, maxEntries, expectSingleFlight }: WorldOptions) {
  let sequence = 0
  let time = 0
  let reads = 0
  const tick = () => ++sequence
  const cache = createCache({ namespace: 'model', tags: openSpace(() => time), maxEntries })
  const running: Running[] = []
  const unsettled = new Set<Origin>()
  const cuts: Cut[] = []
  const newestSeen = new Map<string, number>()
  const violations: string[] = []
  const waiting = new Set<Reader>()

  function newOrigin(options: {
    key: string
    tags: string[]
    ttl: number
    staleWhileRevalidate: number
  }): Origin {
    const { key, tags, ttl, staleWhileRevalidate } = options
    const settled = { settledAt: Infinity, settledTime: time }
    return { key, tags: new Set(tags), ttl, staleWhileRevalidate, beganAt: tick(), ...settled }
  }

  function watch(reader: Reader, read: () => Promise<unknown>): void {
    const { key, freshOnly } = reader
    reads += 1
    const arrival = { arrivedAt: tick(), arrivedTime: time, newestSeen: newestSeen.get(key) ?? 0 }
    waiting.add(reader)
    const answered = read().then(
      (value) => {
        if (value === undefined) return
        const { origin } = value as { origin: Origin }
        const answer: Answer = { ...arrival, answeredAt: tick(), freshOnly, key, origin }
        const problem = violation(answer, cuts)
        if (problem !== undefined) violations.push(problem)
        newestSeen.set(key, Math.max(newestSeen.get(key) ?? 0, origin.beganAt))
      },
      (error: Error) => {
        if (error.message !== 'the origin is down') violations.push(`a strange error: ${error.message}`)
      },
    )
    void answered.finally(() => waiting.delete(reader))
  }

  function begin(operation: Operation & { kind: 'read' }, addTags: Running['addTags']): Promise<unknown> {
    const origin = newOrigin(operation)
    for (const other of running) {
      if (!expectSingleFlight || other.origin.key !== operation.key) continue
      const known = { ...other.origin, tags: other.origin.tags.union(other.newcomersTags) }
      for (const { key, tags } of waiting) if (key === known.key) for (const tag of tags) known.tags.add(tag)
      const fenced = cuts.some((cut) => cut.hard && cut.at > known.beganAt && cut.touches(known))
      if (!fenced) violations.push(`two loads of ${operation.key} at once`)
    }
    const { promise, resolve, reject } = Promise.withResolvers<{ origin: Origin } | undefined>()
    running.push({ origin, newcomersTags: new Set(), addTags, resolve, reject })
    return promise
  }

  function end(load: Running, how: 'value' | 'undefined' | 'error'): void {
    if (how === 'error') {
      load.reject(new Error('the origin is down'))
      return
    }
    load.origin.settledTime = time
    unsettled.add(load.origin)
    load.resolve(how === 'value' ? { origin: load.origin } : undefined)
  }

  function cut(hard: boolean, touches: Cut['touches']): void {
    cuts.push({ hard, at: tick(), time, touches })
  }

  async function turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    for (const origin of unsettled) origin.settledAt = tick()
    unsettled.clear()
  }

  function select(operation: Operation & { kind: 'invalidate' | 'expire' }): void {
    const { kind, tags, keys, pattern } = operation
    void cache[kind]({ tags, keys, pattern: pattern ?? undefined })
    cut(kind === 'invalidate', (origin) => {
      const keyed = keys.includes(origin.key) || (pattern !== null && matchesGlob(pattern, origin.key))
      return keyed || tags.some((tag) => origin.tags.has(tag))
    })
  }

  function replace(operation: Operation & { kind: 'set' | 'delete' }): void {
    const { key } = operation
    cut(true, (origin) => origin.key === key)
    if (operation.kind === 'delete') {
      void cache.delete(key)
      return
    }
    const origin = newOrigin(operation)
    origin.settledAt = origin.beganAt
    const { tags, ttl, staleWhileRevalidate } = operation
    void cache.set(key, { origin }, { tags, ttl, staleWhileRevalidate })
  }

  async function step(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'read': {
        const { key, tags, ttl, staleWhileRevalidate } = operation
        const options = { tags, ttl, staleWhileRevalidate }
        for (const { origin, newcomersTags } of running) {
          if (origin.key === key) for (const tag of tags) newcomersTags.add(tag)
        }
        watch({ key, tags, freshOnly: false }, () =>
          cache.getOrLoad(key, ({ addTags }) => begin(operation, addTags), options),
        )
        return
      }
      case 'get':
        watch({ key: operation.key, tags: [], freshOnly: true }, () => cache.get(operation.key))
        return
      case 'addTags': {
        const load = running[operation.load]
        load?.addTags(...operation.tags)
        for (const tag of operation.tags) load?.origin.tags.add(tag)
        return
      }
      case 'end': {
        const load = running[operation.load]
        if (load) end(load, operation.how)
        running.splice(operation.load, 1)
        return
      }
      case 'set':
      case 'delete':
        replace(operation)
        return
      case 'invalidate':
      case 'expire':
        select(operation)
        return
      case 'wait':
        await turn()
        time += operation.ms
        return
      case 'turn':
        await turn()
    }
  }

  /** Ends every load, however many more begin meanwhile. */
  async function rest(): Promise<void> {
    await turn()
    while (running.length > 0) {
      for (const load of running.splice(0)) end(load, 'value')
      await turn()
    }
    const { hits, staleHits, collapsed, misses, inFlight, entries } = cache.stats()
    if (waiting.size > 0) violations.push(`${waiting.size} reads were never answered`)
    if (inFlight > 0) violations.push(`${inFlight} loads were left behind`)
    if (entries > maxEntries) violations.push(`${entries} entries kept, ${maxEntries} allowed`)
    if (hits + staleHits + collapsed + misses !== reads)
      violations.push('a read was not counted exactly once')
  }

  /** What went wrong in a history; empty when nothing did. */
  return async function play(operations: readonly Operation[]): Promise<string[]> {
    for (const operation of operations) await step(operation)
    await rest()
    return violations
  }
}
