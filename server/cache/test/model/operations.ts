import * as fc from 'fast-check'

/** One step of a history. Loads are named by their place among those still running. */
export type Operation =
  | { kind: 'read'; key: string; tags: string[]; ttl: number; staleWhileRevalidate: number }
  | { kind: 'get'; key: string }
  | { kind: 'addTags'; load: number; tags: string[] }
  | { kind: 'end'; load: number; how: 'value' | 'undefined' | 'error' }
  | { kind: 'set'; key: string; tags: string[]; ttl: number; staleWhileRevalidate: number }
  | { kind: 'delete'; key: string }
  | { kind: 'invalidate' | 'expire'; tags: string[]; keys: string[]; pattern: string | null }
  | { kind: 'wait'; ms: number }
  /** Lets every continuation run; between steps without one, none does. */
  | { kind: 'turn' }

const key = fc.constantFrom('a:1', 'a:2', 'b:1')
const tags = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 })
const life = { ttl: fc.constantFrom(0, 50, 100), staleWhileRevalidate: fc.constantFrom(0, 60) }
const load = fc.nat(3)
const selection = {
  tags,
  keys: fc.uniqueArray(key, { maxLength: 1 }),
  pattern: fc.constantFrom(null, null, 'a:*', '*1'),
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('read' as const), key, tags, ...life }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('addTags' as const), load, tags }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      load,
      how: fc.constantFrom('value' as const, 'value' as const, 'undefined' as const, 'error' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('set' as const), key, tags, ...life }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('invalidate' as const), ...selection }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), ...selection }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 49, 60, 200) }),
  },
  { weight: 6, arbitrary: fc.constant({ kind: 'turn' as const }) },
)

/** Long enough that most histories see a key loaded, invalidated and read again. */
export const histories = fc.array(operation, { minLength: 5, maxLength: 60, size: 'max' })
