import { createMemoryStore } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

const writes = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), bytes: fc.integer({ min: 0, max: 60 }) }),
  { maxLength: 50 },
)

test('never holds more entries or bytes than allowed, whatever is written', () => {
  fc.assert(
    fc.property(
      writes,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 100 }),
      (history, maxEntries, maxBytes) => {
        const store = createMemoryStore<{ bytes: number }>({ maxEntries, maxBytes })
        for (const { key, bytes } of history) {
          store.set(key, { bytes }, bytes)
          const entries = [...store.entries()]
          const held = entries.reduce((sum, [, value]) => sum + Math.max(1, value.bytes), 0)
          expect(entries.length).toBeLessThanOrEqual(maxEntries)
          expect(held).toBeLessThanOrEqual(maxBytes)
          expect([store.size(), store.bytes()]).toEqual([entries.length, held])
          expect(store.peek(key)).toEqual(bytes <= maxBytes ? { bytes } : undefined)
        }
      },
    ),
  )
})

test('evicts what was used longest ago; a peek is no use', () => {
  const store = createMemoryStore<{ id: number }>({ maxEntries: 2 })
  store.set('a', { id: 1 }, 1)
  store.set('b', { id: 2 }, 1)
  expect(store.get('a')).toEqual({ id: 1 })
  expect(store.peek('b')).toEqual({ id: 2 })
  store.set('c', { id: 3 }, 1)
  expect([...store.keys()].sort()).toEqual(['a', 'c'])
  expect(store.evictions()).toBe(1)
})

test('what is too large is not kept, and drops what was under its key', () => {
  const store = createMemoryStore<{ id: number }>({ maxBytes: 10 })
  store.set('a', { id: 1 }, 5)
  store.set('b', { id: 2 }, 5)
  store.set('a', { id: 3 }, 11)
  expect([store.peek('a'), store.peek('b')]).toEqual([undefined, { id: 2 }])
  expect(store.evictions()).toBe(0)
})

test('deleting, replacing and clearing are not evictions', () => {
  const store = createMemoryStore<{ id: number }>()
  store.set('a', { id: 1 }, 5)
  store.set('a', { id: 2 }, 5)
  expect(store.delete('a')).toBe(true)
  expect(store.delete('a')).toBe(false)
  store.set('b', { id: 3 }, 5)
  store.clear()
  expect([store.size(), store.bytes(), store.evictions()]).toEqual([0, 0, 0])
})
