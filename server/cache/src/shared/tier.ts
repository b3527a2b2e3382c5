import { type Fence, isQuiet, type Judgement, type Mark, type MarkTable } from '../marks.ts'
import type { About } from '../tag-space.ts'
import type { Batches } from './batches.ts'
import { createFinder } from './finding.ts'
import { createKeeper } from './keeping.ts'
import { type Link, type Moment, trustMs } from './link.ts'
import type { MarkReader } from './mark-values.ts'
import type { Names, Place } from './names.ts'
import type { RecordTail, StoredRecord } from './record.ts'
import { type Timers, wait } from './timers.ts'

/** What lies in Redis under a key, held against its marks. */
export type Lookup =
  | { state: 'absent'; id: '' }
  /** Not a record of ours, truncated, or of another epoch or with something it depends on invalidated. */
  | { state: 'corrupt' | 'overtaken'; id: string }
  /** `turn` is that of the question: what was told of its key since may not be in it. */
  | { state: 'found'; id: string; record: StoredRecord; fence: Fence; softAt: number; turn: number }

/** The right to load a key, and to store what was loaded. */
export interface Lease {
  readonly place: Place
  readonly token: string
  readonly epoch: string
  /** The stamp from before the load. */
  readonly asOf: number
  /** When it was asked for: what was told later is not known to hold for what is loaded. */
  readonly sent: Moment
}

export type Opening =
  | { state: 'granted'; lease: Lease }
  /** Somebody in the fleet is loading it. */
  | { state: 'busy' }
  /** Somebody has stored another one meanwhile. */
  | { state: 'stored'; lookup: Lookup }

/** The part of a record that its loader says; expiries are milliseconds from now. */
export interface Content extends Pick<RecordTail, 'format' | 'loadMs' | 'size' | 'body'> {
  freshMs: number
  staleMs: number
  keepMs: number
  tags: readonly string[]
}

/** A key as the tier takes it. */
export interface Address extends About {
  readonly place: Place
}

/** Redis, as a tier of values under keys: bytes in, bytes out. Everything rejects as RedisPort does, in bounded time. */
export interface SharedTier {
  /** Tells of each key of a namespace that somebody invalidated, by its name (`safeName`). */
  onKeyDropped(namespace: string, listener: (name: string) => void): void
  reachable(): boolean
  /** Begins a turn: what was asked for before it can be told from what is asked for after. */
  nextTurn(): number
  /** Whether changes are told to this process: otherwise a barrier proves nothing of what is under way here. */
  isTold(): boolean
  /** Waits for the first connection, in bounded time; resolves at once later. */
  settled(): Promise<void>
  isSettled(): boolean
  /** What lies under a key; all that is asked in one turn of the event loop shares a round trip. */
  lookup(address: Address): Promise<Lookup>
  /** The same, in one promise: `settle` gets what lies there, or undefined and why Redis could not be asked. */
  ask<T>(address: Address, settle: (found: Lookup | undefined, error?: unknown) => T | Promise<T>): Promise<T>
  /** The same for several. */
  lookupMany(addresses: readonly Address[]): Promise<Lookup[]>
  /** Whether something kept in memory still holds, asked of Redis. Undefined where only its key can tell. */
  recheck(fence: Fence, address: Address): Promise<Judgement | undefined>
  /**
   * Asks for the right to load. `tags` are those known before the load, `known` the id of what may be replaced.
   */
  open(address: Address, options: { tags: readonly string[]; known: string }): Promise<Opening>
  /** Stores what was loaded under a lease, unless something it depends on was changed meanwhile; gives the lease back. */
  fill(lease: Lease, address: Address, content: Content): Promise<{ sent: Moment; stored: boolean }>
  /**
   * Gives a lease back without storing, and drops the entry of that id, which is gone at the origin, from everywhere.
   * Never rejects; false where Redis has not answered.
   */
  release(lease: Lease, gone?: string): Promise<boolean>
  /** Invalidates a key and stores a value as of that moment. */
  set(address: Address, content: Content): Promise<{ id: string; asOf: number; sent: Moment }>
  /** After it, everything acknowledged to anybody before the call is known here. All readers of a turn share one. */
  barrier(): Promise<void>
  /** Milliseconds of Redis' clock now. */
  redisNow(): number
  /** Milliseconds of this process' clock, from those of Redis. */
  toLocal(redisMs: number): number
  /**
   * Whether something kept may still be served though Redis cannot be asked: it was proved at most `allowanceMs` ago
   * and nothing it depends on is known to have changed since.
   */
  excuses(fence: Fence, scope: Mark, allowanceMs: number): boolean
  /** Whether what is known now was known at that moment, apart from what marks say. */
  isSame(moment: Moment): boolean
  /** How long a value counts as proved, in milliseconds. */
  readonly trustMs: number
  wait(ms: number): Promise<void>
  random(): number
}

export interface TierOptions {
  link: Link
  names: Names
  table: MarkTable
  batches: Batches
  reader: MarkReader
  clock: () => number
  random: () => number
  timers: Timers
  markMs: number
}

export function createTier(options: TierOptions): Omit<SharedTier, 'onKeyDropped'> {
  const { link, batches, clock, timers } = options
  const { trust } = link
  const finder = createFinder(options)
  const { ask, lookup, lookupMany, recheck } = finder
  const { open, fill, release, set } = createKeeper({ ...options, finder })

  return {
    trustMs,
    reachable: link.reachable,
    nextTurn: () => (trust.turn += 1),
    isTold: link.tracking,
    settled: link.settled,
    isSettled: link.isSettled,
    barrier: batches.barrier,
    redisNow: link.redisNow,
    toLocal: link.toLocal,
    wait: (ms) => wait(timers, ms),
    random: options.random,
    isSame: ({ generation }) => generation === trust.generation,
    ask,
    lookup,
    lookupMany,
    recheck,
    open,
    fill,
    release,
    set,

    excuses(fence, scope, allowanceMs) {
      // Whoever was connected again since could have heard of a change, had anybody asked.
      if (fence.turn < link.sessionTurn()) return false
      const isPresent = fence.generation === trust.generation
      const proved = Math.max(fence.provedAt, link.provedUntil(fence.generation))
      if (clock() - proved > allowanceMs) return false
      const holds = (mark: Mark, upTo: number) =>
        mark.dropped <= fence.turn || (isPresent && isQuiet(mark, upTo))
      return holds(scope, fence.swept) && fence.marks.every((mark) => holds(mark, fence.asOf))
    },
  }
}
