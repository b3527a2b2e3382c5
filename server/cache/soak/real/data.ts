/** What an outage does to each of the caches: one of each kind. */
export const caches = [
  { namespace: 'orders', redisDown: 'load' },
  { namespace: 'prices', redisDown: 'serve' },
  { namespace: 'seats', redisDown: 'fail' },
] as const

/** How long the cache `serve` serves what it cannot check. */
export const serveForMs = 8_000
/** The longest that memory is served on the strength of the last answer. */
export const leaseMs = 2_000
/** Given to connectTagSpace. */
export const commandTimeoutMs = 1_000
/** Given to every cache: the hard end of a load. */
export const loadTimeoutMs = 3_000

/** How many processes there are at any time. */
export const firstWorkers = 4

const groups = 6
const itemsPerGroup = 8

/** Keys that anybody may read and write. */
export const sharedKeys: readonly string[] = Array.from(
  { length: groups * itemsPerGroup },
  (_, at) => `g${at % groups}:item${at}`,
)
/** Keys that one process alone writes, with `set`: two writers would race before the cache ever hears of them. */
export const ownKeys = (worker: number): string[] =>
  Array.from({ length: 4 }, (_, at) => `own${worker}:${at}`)

export const groupOf = (key: string): string => key.slice(0, key.indexOf(':'))
export const keysOf = (group: string): string[] => sharedKeys.filter((key) => groupOf(key) === group)
export const itemTag = (key: string): string => `item:${key}`
export const groupTag = (group: string): string => `group:${group}`

/** What the origin keeps under a key: a register that only ever grows. */
export interface Value {
  key: string
  version: number
  /** Follows from key and version: a value that was mixed up or damaged is found out. */
  pad: string
}

/** Every fifth key is worth compressing. */
export function valueOf(key: string, version: number): Value {
  const times = key.length % 5 === 0 ? 800 : 3
  return { key, version, pad: `${key}#${version};`.repeat(times) }
}

/** The version in a value that came out of a cache, or what is wrong with it. */
export function versionIn(key: string, value: unknown): number | string {
  const { key: from, version, pad } = (value ?? {}) as Partial<Value>
  if (from !== key) return `a value of ${JSON.stringify(from)}`
  if (typeof version !== 'number' || pad !== valueOf(key, version).pad) return 'a damaged value'
  return version
}

/** What the origin throws when it fails. */
export class OriginFailure extends Error {}
