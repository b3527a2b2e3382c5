import type { Asker, Batches } from './batches.ts'
import type { Rate } from './gcra.ts'

/** What became of a request that asked a limit on Redis. */
export type Taken = 'admitted' | 'refused' | 'away'

/** A limit that all processes share. */
export interface Leases {
  /**
   * Takes `cost` requests of a key. At once where this process holds them, or knows that there are none; else when
   * Redis has answered. `away`: Redis cannot be asked, and nothing is known.
   */
  take(key: string, cost: number): Taken | Promise<Taken>
  /** Whether `take` would admit that many at once, from what this process holds. */
  holds(key: string, cost: number): boolean
  /** Requests left of a key, as far as is known. */
  remaining(key: string): number
  /** Milliseconds until `cost` requests of a key are left, as far as is known. */
  retryInMs(key: string, cost: number): number
  /**
   * Requests granted to this process and neither used nor given back, of all keys, at most: what is on its way to Redis
   * or asked of it counts, since nobody knows here whether it has arrived.
   */
  outstanding(): number
  /** Gives back what was granted and not used for a while. */
  sweep(): void
}

export interface LeasesOptions {
  readonly rate: Rate
  readonly batches: Batches
  readonly now: () => number
  /** Where a key lies in Redis. */
  readonly nameOf: (key: string) => string
  /** Most requests of one key held ahead of need. */
  readonly mostAhead: number
  /** How long they are held, in milliseconds. */
  readonly leaseMs: number
  /** Most keys known. */
  readonly maxKeys: number
}

interface Waiter {
  readonly cost: number
  readonly resolve: (taken: Taken) => void
}

interface Lease extends Asker {
  readonly key: string
  tokens: number
  /** When all of its limit is free again, as of the last answer. */
  wholeAtMs: number
  expiresAt: number
  /** How many are to be held: doubles while they are used up, halves when they are not. */
  ahead: number
  givenBack: number
  /** What was asked for and given back with the request that is under way. */
  underWay: number
  state: 'idle' | 'queued' | 'sent'
  waiters: Waiter[]
}

/**
 * Holds a few requests of each busy key, granted by Redis before they are needed, so that most requests ask nobody.
 *
 * The bound. At Redis, a grant of g adds g intervals to the key's time, giving back r takes r off, and no grant goes
 * past the tolerance: in any span of length s, grants less returns are at most burst + s/interval. What is admitted
 * was granted before, so in any span it is at most burst + s/interval + what was granted and neither used nor given
 * back when the span began: the leases outstanding, in each process at most `mostAhead` and what waits at that moment.
 * No clock but that of Redis has a part in it.
 */
export function createLeases(options: LeasesOptions): Leases {
  const { rate, batches, now, nameOf, mostAhead, leaseMs, maxKeys } = options
  const intervalMs = rate.intervalUs / 1000
  const toleranceMs = rate.toleranceUs / 1000
  /** In the order of their last grant. */
  const leases = new Map<string, Lease>()
  /** Given back and not yet sent, and what is under way; of leases that were forgotten, too. */
  let between = 0

  const waitOf = ({ wholeAtMs, tokens }: Lease, cost: number) =>
    wholeAtMs + (cost - tokens) * intervalMs - toleranceMs - now()
  const leftAtRedis = ({ wholeAtMs }: Lease) =>
    Math.floor((toleranceMs - Math.max(0, wholeAtMs - now())) / intervalMs)

  function leaseOf(key: string): Lease {
    const known = leases.get(key)
    if (known) return known
    if (leases.size >= maxKeys) forgetOldest()
    const lease: Lease = {
      key,
      tokens: 0,
      wholeAtMs: 0,
      expiresAt: now() + leaseMs,
      ahead: Math.ceil(mostAhead / 4),
      givenBack: 0,
      underWay: 0,
      state: 'idle',
      waiters: [],
      ask: () => ask(lease),
      granted: ({ granted, wholeAtMs }) => settle(lease, granted, wholeAtMs),
      late: () => late(lease),
    }
    leases.set(key, lease)
    return lease
  }

  function forgetOldest(): void {
    for (const lease of leases.values()) {
      leases.delete(lease.key)
      return giveBack(lease)
    }
  }

  function request(lease: Lease, isUrgent: boolean): void {
    if (lease.state === 'sent') return // Whoever still waits when that is answered is asked for again.
    lease.state = 'queued'
    batches.add(lease, isUrgent)
  }

  function giveBack(lease: Lease): void {
    if (lease.tokens === 0) return
    lease.givenBack += lease.tokens
    between += lease.tokens
    lease.tokens = 0
    request(lease, false)
  }

  function ask(lease: Lease) {
    lease.state = 'sent'
    const needed = lease.waiters.reduce((sum, { cost }) => sum + cost, 0)
    const given = lease.givenBack
    lease.givenBack = 0
    const need = Math.max(0, needed - lease.tokens)
    const ahead = given > 0 ? 0 : Math.max(0, lease.ahead - Math.max(0, lease.tokens - needed))
    lease.underWay = given + need + ahead
    between += need + ahead
    return { name: nameOf(lease.key), rate, need, ahead, given }
  }

  /** The request under way is answered, or given up. */
  function arrived(lease: Lease): void {
    between -= lease.underWay
    lease.underWay = 0
  }

  function settle(lease: Lease, granted: number, wholeAtMs: number): void {
    lease.state = 'idle'
    arrived(lease)
    lease.tokens += granted
    lease.wholeAtMs = wholeAtMs
    lease.expiresAt = now() + leaseMs
    const { waiters } = lease
    lease.waiters = []
    for (const waiter of waiters) {
      const taken = use(lease, waiter.cost)
      if (taken === undefined) lease.waiters.push(waiter)
      else waiter.resolve(taken)
    }
    if (lease.waiters.length > 0) request(lease, true)
    if (leases.get(lease.key) !== lease) return giveBack(lease)
    leases.delete(lease.key)
    leases.set(lease.key, lease)
  }

  function late(lease: Lease): void {
    arrived(lease)
    if (lease.state === 'sent') lease.state = 'idle'
    const { waiters } = lease
    lease.waiters = []
    for (const { resolve } of waiters) resolve('away')
  }

  /** Undefined where Redis has to be asked. */
  function use(lease: Lease, cost: number): Taken | undefined {
    if (lease.tokens >= cost) {
      lease.tokens -= cost
      return 'admitted'
    }
    return waitOf(lease, cost) > 0 ? 'refused' : undefined
  }

  /** Asks before the last one is used; of less than two, Redis grants none ahead. */
  function refill(lease: Lease): void {
    if (lease.state !== 'idle' || lease.tokens * 2 > lease.ahead || leftAtRedis(lease) < 2) return
    lease.ahead = Math.min(mostAhead, 2 * lease.ahead)
    if (lease.ahead > 0) request(lease, false)
  }

  return {
    take(key, cost) {
      const lease = leaseOf(key)
      if (lease.waiters.length === 0) {
        const taken = use(lease, cost)
        if (taken === 'admitted') refill(lease)
        if (taken !== undefined) return taken
      }
      if (batches.isAway()) {
        request(lease, false)
        return 'away'
      }
      return new Promise((resolve) => {
        lease.waiters.push({ cost, resolve })
        request(lease, true)
      })
    },
    holds(key, cost) {
      const lease = leases.get(key)
      return lease !== undefined && lease.waiters.length === 0 && lease.tokens >= cost
    },
    remaining(key) {
      const lease = leases.get(key)
      return lease ? lease.tokens + Math.max(0, leftAtRedis(lease)) : rate.burst
    },
    retryInMs(key, cost) {
      const lease = leases.get(key)
      return lease ? Math.max(0, waitOf(lease, cost)) : 0
    },
    outstanding() {
      let sum = between
      for (const { tokens } of leases.values()) sum += tokens
      return sum
    },
    sweep() {
      const at = now()
      for (const lease of leases.values()) {
        if (lease.expiresAt >= at) return
        leases.delete(lease.key)
        const isIdle = lease.tokens === 0 && lease.waiters.length === 0 && lease.state === 'idle'
        if (isIdle && waitOf(lease, 1) <= 0) continue
        lease.expiresAt = at + leaseMs
        leases.set(lease.key, lease)
        if (lease.tokens > 0) lease.ahead = Math.max(Math.min(1, mostAhead), Math.floor(lease.ahead / 2))
        giveBack(lease)
      }
    },
  }
}
