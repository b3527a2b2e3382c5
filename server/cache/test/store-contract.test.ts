import { createMemoryStore, type MemoryStoreOptions, type Store } from '@hotpath/cache'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLruStore } from './lru-store.ts'

interface Value {
  id: number
}

type Step =
  | { do: 'get' | 'peek' | 'delete'; key: string }
  | { do: 'set'; key: string; bytes: number }
  | { do: 'clear' }

const key = fc.integer({ min: 0, max: 15 }).map((id) => `key ${id}`)
const histories = fc.array(
  fc.oneof(
    { weight: 80, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
    { weight: 10, arbitrary: fc.record({ do: fc.constant('peek' as const), key }) },
    { weight: 10, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
    {
      weight: 80,
      arbitrary: fc.record({ do: fc.constant('set' as const), key, bytes: fc.integer({ min: 0, max: 60 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
  ),
  { maxLength: 300 },
)
const bounds = fc.record({
  maxEntries: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.integer({ min: 1, max: 300 }),
})

/** What a store may not forget: the last value and size set under each key, and how many of them must have been evicted. */
function createModel({ maxBytes }: { maxBytes: number }) {
  const set = new Map<string, { value: Value; bytes: number }>()
  let evicted = 0
  return {
    apply(step: Step, store: Store<Value>): void {
      if (step.do === 'clear') set.clear()
      else if (step.do === 'delete') set.delete(step.key)
      else if (step.do === 'set') set.delete(step.key)
      const before = set.size
      for (const key of set.keys()) if (store.peek(key) === undefined) set.delete(key)
      evicted += before - set.size
      if (step.do !== 'set' || step.bytes > maxBytes) return
      const value = store.peek(step.key)
      if (value !== undefined) set.set(step.key, { value, bytes: Math.max(1, step.bytes) })
    },
    set,
    evicted: () => evicted,
  }
}

function play(store: Store<Value>, step: Step, id: number): unknown {
  if (step.do === 'set') return store.set(step.key, { id }, step.bytes)
  if (step.do === 'clear') return store.clear()
  return store[step.do](step.key)
}

describe.for<[string, (options: MemoryStoreOptions) => Store<Value>]>([
  ['the memory store', createMemoryStore],
  ['lru-cache', createLruStore],
])('%s', ([, create]) => {
  test('never holds more entries or bytes than allowed, whatever is done', () => {
    fc.assert(
      fc.property(histories, bounds, (history, options) => {
        const store = create(options)
        for (const [id, step] of history.entries()) {
          play(store, step, id)
          expect(store.size()).toBeLessThanOrEqual(options.maxEntries)
          expect(store.bytes()).toBeLessThanOrEqual(options.maxBytes)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('holds what was last set, unless it was evicted, and counts what it holds and evicts', () => {
    fc.assert(
      fc.property(histories, bounds, (history, options) => {
        const store = create(options)
        const model = createModel(options)
        for (const [id, step] of history.entries()) {
          const answer = play(store, step, id)
          if (step.do === 'get' || step.do === 'peek') expect(answer).toEqual(model.set.get(step.key)?.value)
          if (step.do === 'delete') expect(answer).toBe(model.set.has(step.key))
          if (step.do === 'set') {
            expect(store.peek(step.key)).toEqual(step.bytes <= options.maxBytes ? { id } : undefined)
          }
          model.apply(step, store)
          const held = [...model.set].map(([key, { value }]) => [key, value])
          expect(new Map(store.entries())).toEqual(new Map(held as [string, Value][]))
          expect([...store.keys()].sort()).toEqual([...model.set.keys()].sort())
          expect(store.size()).toBe(model.set.size)
          expect(store.bytes()).toBe([...model.set.values()].reduce((sum, { bytes }) => sum + bytes, 0))
          expect(store.evictions()).toBe(model.evicted())
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what is too large is not kept, and drops what was under its key', () => {
    const store = create({ maxBytes: 10 })
    expect(store.set('a', { id: 1 }, 5)).toBe(true)
    store.set('b', { id: 2 }, 5)
    expect(store.set('a', { id: 3 }, 11)).toBe(false)
    expect([store.peek('a'), store.peek('b')]).toEqual([undefined, { id: 2 }])
    expect(store.evictions()).toBe(0)
  })

  test('deleting, replacing and clearing are not evictions', () => {
    const store = create({})
    store.set('a', { id: 1 }, 5)
    store.set('a', { id: 2 }, 5)
    expect([store.delete('a'), store.delete('a')]).toEqual([true, false])
    store.set('b', { id: 3 }, 5)
    store.clear()
    expect([store.size(), store.bytes(), store.evictions()]).toEqual([0, 0, 0])
  })

  test('an entry as large as the whole bound takes the place of all', () => {
    const store = create({ maxBytes: 10 })
    for (const [id, key] of ['a', 'b', 'c'].entries()) store.set(key, { id }, 3)
    store.set('giant', { id: 9 }, 10)
    expect([...store.entries()]).toEqual([['giant', { id: 9 }]])
    expect(store.evictions()).toBe(3)
  })

  test('an entry that grows drives out others, never itself', () => {
    const store = create({ maxBytes: 10 })
    for (const [id, key] of ['a', 'b', 'c'].entries()) store.set(key, { id }, 3)
    store.set('a', { id: 9 }, 10)
    expect([...store.entries()]).toEqual([['a', { id: 9 }]])
  })
})
