/** What happened to the keys of one group. All are counts but `loadMs`, a sum of milliseconds, and `bytes`. */
export interface KeyGroup {
  readonly name: string
  /** Fresh values served, by the tier that had them. */
  readonly hits: { memory: number; redis: number }
  /** Stale values served. */
  staleHits: number
  /** Reads that found nothing to serve, by the reason. */
  readonly misses: {
    /** Nothing was kept under the key. */
    absent: number
    expired: number
    invalidated: number
    /** Redis could not be asked. */
    unreachable: number
    /** What was kept could not be read. */
    corrupt: number
  }
  loads: number
  loadErrors: number
  loadMs: number
  /** Reads that shared a load which another had begun: the loads that a stampede would have cost. */
  sharedLoads: number
  /** What the group's values take in memory now, as estimated; 0 with a store of one's own. */
  bytes: number
}

/** Why a read found nothing to serve. */
export type MissReason = keyof KeyGroup['misses']

/** The counters of each key group. */
export interface KeyGroups {
  /**
   * The counters that this key adds to, to be counted up in place. Always the same object for one group: keep it
   * beside the entry rather than ask at each hit.
   */
  groupOf(key: string): KeyGroup
  /** Copies of all counters, in the order in which the groups first came up. */
  snapshot(): KeyGroup[]
}

export interface KeyGroupsOptions {
  /** The name of a key's group; no name counts as `(none)`. @default the key up to its first colon */
  keyGroup?: (key: string) => string
  /** Most groups told apart, about 500 bytes each; keys of further ones count together as `other`. @default 100 */
  maxGroups?: number
}

const nameless = '(none)'
const overflow = 'other'

/** Groups come up as keys do. Their number is bounded, so that a group per user does not fill the memory. */
export function createKeyGroups(options: KeyGroupsOptions = {}): KeyGroups {
  const { keyGroup = beforeColon, maxGroups = 100 } = options
  const groups = new Map<string, KeyGroup>()

  function add(name: string): KeyGroup {
    const group = createKeyGroup(name)
    groups.set(name, group)
    return group
  }

  return {
    groupOf(key) {
      const name = keyGroup(key) || nameless
      const known = groups.get(name)
      if (known !== undefined) return known
      if (groups.size < maxGroups) return add(name)
      return groups.get(overflow) ?? add(overflow)
    },
    snapshot: () => Array.from(groups.values(), copy),
  }
}

function beforeColon(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf(':')))
}

function createKeyGroup(name: string): KeyGroup {
  return {
    name,
    hits: { memory: 0, redis: 0 },
    staleHits: 0,
    misses: { absent: 0, expired: 0, invalidated: 0, unreachable: 0, corrupt: 0 },
    loads: 0,
    loadErrors: 0,
    loadMs: 0,
    sharedLoads: 0,
    bytes: 0,
  }
}

const copy = (group: KeyGroup): KeyGroup => ({
  ...group,
  hits: { ...group.hits },
  misses: { ...group.misses },
})
