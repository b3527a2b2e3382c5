import { createMemoryStore } from '@hotpath/cache'
import { expect, test } from 'vitest'

const value = { id: 0 }

function filled(maxEntries: number, used: number) {
  const store = createMemoryStore<{ id: number }>({ maxEntries })
  for (let id = 0; id < maxEntries; id++) store.set(`kept ${id}`, value, 1)
  for (let id = 0; id < used; id++) store.get(`kept ${id}`)
  return store
}

const count = (keys: Iterable<string>, prefix: string) =>
  [...keys].filter((key) => key.startsWith(prefix)).length

test('evicts what was not used again; a peek is no use', () => {
  const store = createMemoryStore<{ id: number }>({ maxEntries: 2 })
  store.set('a', { id: 1 }, 1)
  store.set('b', { id: 2 }, 1)
  expect(store.get('a')).toEqual({ id: 1 })
  expect(store.peek('b')).toEqual({ id: 2 })
  store.set('c', { id: 3 }, 1)
  expect([...store.keys()].sort()).toEqual(['a', 'c'])
  expect(store.evictions()).toBe(1)
})

test('a scan as long as ten times the store does not drive out what is in use', () => {
  const store = filled(100, 90)
  for (let id = 0; id < 1000; id++) store.set(`scanned ${id}`, value, 1)
  expect(count(store.keys(), 'kept')).toBe(90)
})

test('what comes back soon after its eviction outlives what comes once', () => {
  const store = filled(100, 90)
  store.set('back', value, 1)
  for (let id = 0; id < 20; id++) store.set(`once ${id}`, value, 1)
  expect(store.peek('back')).toBeUndefined()
  store.set('back', value, 1)
  for (let id = 20; id < 60; id++) store.set(`once ${id}`, value, 1)
  expect(store.peek('back')).toBe(value)
})

test('what was in use and is deleted, as by an invalidation, comes back as in use', () => {
  const store = filled(100, 90)
  for (let id = 0; id < 10; id++) store.set(`once ${id}`, value, 1)
  store.delete('kept 1')
  store.set('kept 1', value, 1)
  for (let id = 10; id < 60; id++) store.set(`once ${id}`, value, 1)
  expect(store.peek('kept 1')).toBe(value)
})

test('new entries get a tenth of the bytes too', () => {
  const store = createMemoryStore<{ id: number }>({ maxEntries: 10_000, maxBytes: 1000 })
  for (let id = 0; id < 100; id++) store.set(`kept ${id}`, value, 10)
  for (let id = 0; id < 90; id++) store.get(`kept ${id}`)
  for (let id = 0; id < 1000; id++) store.set(`scanned ${id}`, value, 10)
  expect(count(store.keys(), 'kept')).toBe(90)
})

test('favours what was used last while requests come back soon and never late', () => {
  const store = createMemoryStore<{ id: number }>({ maxEntries: 100 })
  // Each key is asked for twice, eighty of other keys in between: too late for a small queue of ten.
  let hits = 0
  const rounds = 20_000
  for (let round = 0; round < rounds; round++) {
    store.set(`key ${round}`, value, 1)
    if (store.get(`key ${round - 40}`) !== undefined) hits += 1
  }
  expect(hits / rounds).toBeGreaterThan(0.9)
})

test('goes back to what is used again when the requests do', () => {
  const store = createMemoryStore<{ id: number }>({ maxEntries: 100 })
  for (let round = 0; round < 5000; round++) {
    store.set(`key ${round}`, value, 1)
    store.get(`key ${round - 40}`)
  }
  let hits = 0
  let random = 1
  const rounds = 40_000
  for (let round = 0; round < rounds; round++) {
    // Sixty keys in no order, among keys that come once: LRU would hold little more than half of them.
    random = (random * 48_271) % 2_147_483_647
    const again = `again ${random % 60}`
    if (store.get(again) === undefined) store.set(again, value, 1)
    else hits += 1
    store.set(`once ${round}`, value, 1)
  }
  expect(hits / rounds).toBeGreaterThan(0.9)
})
