import * as fc from 'fast-check'

/** What a history is played on. */
export interface Setup {
  /** Drives every delay and every choice of the processes. */
  seed: number
  processes: number
  /** How many keys there are: the fewer, the more happens to each. */
  keys: number
  /** Redis can tell of changes. */
  tracking: boolean
  /** The most that one way over the network takes while nothing is wrong, in milliseconds. */
  latency: number
  /** One for each cache of a process. */
  caches: CacheSetup[]
}

export interface CacheSetup {
  redisDown: 'load' | 'serve' | 'fail'
  ttl: number
  staleWhileRevalidate: number
  staleIfError: number
  negativeTtl: number
  earlyRefresh: number
  /** Entries kept in memory: few, so that they are evicted. */
  maxEntries: number
  softTimeout: number | null
}

/** How a load goes. */
export interface LoadPlan {
  ms: number
  /** When in between the database is read, from 0 to 1. */
  readAt: number
  fails: boolean
}

/** How a change of the database is told to the cache. */
export type How = 'tag' | 'group' | 'found' | 'key' | 'pattern'

interface Where {
  /** Milliseconds that pass before. */
  after: number
  process: number
  cache: number
  key: number
}

export type Operation =
  | (Where & { kind: 'read'; strong: boolean; load: LoadPlan })
  | (Where & { kind: 'get'; strong: boolean })
  | (Where & { kind: 'peek' })
  | (Where & { kind: 'many'; strong: boolean; load: LoadPlan | null })
  /** The database changes, then the cache is told; null: it is not told. */
  | (Where & { kind: 'write'; how: How | null; ack: 'redis' | 'fleet'; absent: boolean })
  | (Where & { kind: 'set' | 'delete' })
  | (Where & { kind: 'expire'; how: How })

export type Fault =
  | { kind: 'drop'; after: number; process: number; noticedAfter: number; loseSent: boolean }
  | { kind: 'stallLink'; after: number; process: number; up: boolean; down: boolean; ms: number }
  | { kind: 'stallProcess' | 'pauseRedis'; after: number; process: number; ms: number }
  | { kind: 'duplicate' | 'crash'; after: number; process: number }
  | { kind: 'flush' | 'full'; after: number }
  | {
      kind: 'evict'
      after: number
      what: 'entries' | 'marks' | 'leases' | 'clock' | 'epoch' | 'all'
      share: number
    }
  | { kind: 'poison'; after: number; bytes: 'empty' | 'header' | 'cut' }
  /** Redis comes back without its last writes: all of them, or as many as a replica had not heard of. */
  | { kind: 'restart'; after: number; lose: number; downMs: number; clockBy: number }
  | { kind: 'setClock'; after: number; by: number }

export type Step = Operation | Fault

export interface History {
  setup: Setup
  steps: Step[]
}

const faultKinds = new Set<Step['kind']>([
  'drop',
  'stallLink',
  'stallProcess',
  'pauseRedis',
  'duplicate',
  'crash',
  'flush',
  'full',
  'evict',
  'poison',
  'restart',
  'setClock',
])

export const isFault = (step: Step): step is Fault => faultKinds.has(step.kind)

/** Weighted choice among constants: `[value, weight]`. */
const choose = <T>(...weighted: [T, number][]) =>
  fc.oneof(...weighted.map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })))

const cacheSetup = fc.record({
  redisDown: choose<CacheSetup['redisDown']>(['load', 5], ['serve', 2], ['fail', 1]),
  ttl: choose([600_000, 4], [900, 2], [3_000, 1]),
  staleWhileRevalidate: choose([0, 2], [2_000, 2]),
  staleIfError: choose([0, 2], [3_000, 1]),
  negativeTtl: choose([0, 1], [1_000, 1]),
  earlyRefresh: choose([0, 3], [0.5, 1]),
  maxEntries: choose([100, 3], [2, 1]),
  softTimeout: choose<number | null>([null, 2], [20, 1]),
})

const setup: fc.Arbitrary<Setup> = fc.record({
  seed: fc.nat(),
  processes: choose([2, 4], [3, 2], [4, 1]),
  keys: choose([1, 4], [2, 1], [3, 2]),
  tracking: choose([true, 12], [false, 1]),
  latency: choose([2, 3], [0, 1], [8, 1]),
  caches: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(cacheSetup) },
    { weight: 1, arbitrary: fc.tuple(cacheSetup, cacheSetup) },
  ),
})

const after = choose([0, 8], [1, 6], [3, 3], [20, 3], [120, 2], [600, 1], [2_100, 2])
const where = { after, process: fc.nat(3), cache: fc.nat(1), key: choose([0, 4], [1, 2], [2, 1]) }
const strong = choose([false, 4], [true, 1])
const load = fc.record({
  ms: choose([0, 2], [4, 4], [40, 3], [300, 1], [2_600, 1]),
  readAt: choose([0, 3], [0.5, 2], [1, 1]),
  fails: choose([false, 9], [true, 1]),
})
const how = choose<How>(['tag', 3], ['group', 1], ['found', 2], ['key', 3], ['pattern', 1])
const kind = <K extends Step['kind']>(name: K) => fc.constant(name)
const one = { after, process: fc.nat(3) }

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: kind('read'), ...where, strong, load }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('get'), ...where, strong }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('peek'), ...where }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('many'), ...where, strong, load: fc.option(load, { freq: 4 }) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: kind('write'),
      ...where,
      how: fc.option(how, { freq: 12 }),
      ack: choose(['redis' as const, 2], ['fleet' as const, 1]),
      absent: choose([false, 6], [true, 1]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('set' as const, 'delete' as const), ...where }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('expire'), ...where, how }) },
)

const howLong = choose([5, 1], [200, 1], [1_400, 1], [2_500, 1], [4_000, 1])

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('drop'),
      ...one,
      noticedAfter: choose([0, 2], [3, 1], [500, 1], [2_500, 1]),
      loseSent: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('stallLink'),
      ...one,
      up: fc.boolean(),
      down: fc.boolean(),
      ms: howLong,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('stallProcess' as const, 'pauseRedis' as const),
      ...one,
      ms: howLong,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('duplicate' as const, 'crash' as const), ...one }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'full' as const), after }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('evict'),
      after,
      what: fc.constantFrom(...(['entries', 'marks', 'leases', 'clock', 'epoch', 'all'] as const)),
      share: choose([1, 2], [0.5, 1]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('poison'),
      after,
      bytes: fc.constantFrom(...(['empty', 'header', 'cut'] as const)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('restart'),
      after,
      lose: choose([1_000_000, 1], [0, 1], [1, 2], [2, 2], [4, 2], [9, 1]),
      downMs: choose([0, 1], [300, 1], [2_500, 1]),
      clockBy: choose([0, 3], [-700, 1], [700, 1]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('setClock'), after, by: choose([-1_500, 1], [1_500, 1]) }) },
)

/** Something warm, something wrong, a change elsewhere and another look: what most trouble is made of. */
const scene = (trouble: fc.Arbitrary<Fault | null>): fc.Arbitrary<Step[]> =>
  fc
    .record({
      place: fc.record({ ...where, strong, load }),
      trouble,
      change: fc.record({ ...where, how, ack: choose(['redis' as const, 2], ['fleet' as const, 1]) }),
      gaps: fc.tuple(after, after),
    })
    .map(({ place, trouble: fault, change, gaps }) => {
      const { cache, key } = place
      const from = { ...change, process: place.process + 1 + change.process, cache, key }
      const wrong =
        fault === null ? [] : [{ ...fault, ...('process' in fault && { process: place.process }) }]
      return [
        { kind: 'read', ...place },
        ...wrong,
        { kind: 'write', ...from, after: gaps[0], absent: false },
        { kind: 'read', ...place, after: gaps[1] },
      ]
    })

const steps = (...arbitraries: fc.WeightedArbitrary<Step[]>[]) =>
  fc
    .array(fc.oneof(...arbitraries), { minLength: 3, maxLength: 35, size: 'max' })
    .map((parts) => parts.flat())

const alone = <T extends Step>(arbitrary: fc.Arbitrary<T>) => arbitrary.map((step): Step[] => [step])

/** Two of three histories have faults. */
export const histories: fc.Arbitrary<History> = fc.record({
  setup,
  steps: fc.oneof(
    {
      weight: 1,
      arbitrary: steps(
        { weight: 12, arbitrary: alone(operation) },
        { weight: 1, arbitrary: scene(fc.constant(null)) },
      ),
    },
    {
      weight: 2,
      arbitrary: steps(
        { weight: 12, arbitrary: alone(operation) },
        { weight: 1, arbitrary: alone(fault) },
        { weight: 1, arbitrary: scene(fault) },
      ),
    },
  ),
})
