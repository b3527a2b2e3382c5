import { type Fence, isQuiet, judge, type Judgement, type Mark, type MarkTable, notSwept } from '../marks.ts'
import type { About } from '../tag-space.ts'
import { applyMarks, type Batches } from './batches.ts'
import type { Answer, Link, Moment } from './link.ts'
import type { MarkReader } from './mark-values.ts'
import { type Names, type Place, safeName } from './names.ts'
import type { RedisReply } from './port.ts'
import {
  decodeRecord,
  encodeRecord,
  encodeTail,
  recordId,
  type RecordTail,
  type StoredRecord,
} from './record.ts'
import { type Timers, wait } from './timers.ts'
import { trustMs } from './link.ts'

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

/** How long the notice of a key stays in Redis, in milliseconds; nothing depends on it but its being written. */
export const keyMarkMs = 60_000

export function createTier(options: TierOptions): Omit<SharedTier, 'onKeyDropped'> {
  const { link, names, table, batches, reader, clock, timers, markMs } = options
  const { trust } = link
  const marksOf = (tags: readonly string[]) => table.intern(tags.map((tag) => names.tagMark(tag)))
  const newFence = (asOf: number, marks: readonly Mark[], sent: Moment): Fence => ({
    asOf,
    marks,
    swept: notSwept,
    generation: sent.generation,
    provedAt: sent.at,
    turn: sent.turn,
  })

  /** A promise only where Redis has to be asked about marks. */
  function examine(
    { bytes, sent }: { bytes: Uint8Array | null; sent: Moment },
    about: About,
  ): Lookup | Promise<Lookup> {
    if (bytes === null) return { state: 'absent', id: '' }
    const record = decodeRecord(bytes)
    if (record === undefined) return { state: 'corrupt', id: recordId(bytes) }
    const { id } = record
    if (record.epoch !== link.epoch()) return { state: 'overtaken', id }
    const fence = newFence(record.asOf, table.intern(record.tags.map(names.markOf)), sent)
    // Where changes are not told, what is known says nothing.
    const known = link.tracking() ? judge({ fence, ...about }) : undefined
    if (known === undefined || known.standing === 'unknown') return askAbout(record, fence, about)
    return lookupOf(record, fence, { ...known, turn: sent.turn })
  }

  const lookupOf = (
    record: StoredRecord,
    fence: Fence,
    { standing, softAt, turn }: Judgement & { turn: number },
  ): Lookup =>
    standing === 'current' || standing === 'expired'
      ? { state: 'found', id: record.id, record, fence, softAt, turn }
      : { state: 'overtaken', id: record.id }

  async function askAbout(record: StoredRecord, fence: Fence, { key, scope }: About): Promise<Lookup> {
    const { turn } = fence
    const asked = link.moment()
    const values = await batches.learn([scope, ...fence.marks])
    // Marks of another epoch say nothing of what was stored in this one.
    if (fence.generation !== trust.generation) return { state: 'overtaken', id: record.id }
    const judgement = judge({ fence, key, scope }, (mark) => values.get(mark) ?? mark)
    // Marks that this process had not heard of before are proved by this answer only.
    fence.provedAt = asked.at
    fence.turn = asked.turn
    return lookupOf(record, fence, { ...judgement, turn })
  }

  const recordOf = (content: Content): RecordTail => {
    const now = link.redisNow()
    const { freshMs, staleMs, keepMs, tags, ...rest } = content
    return {
      ...rest,
      freshUntil: now + freshMs,
      staleUntil: now + freshMs + staleMs,
      keepUntil: now + freshMs + Math.max(staleMs, keepMs),
      tags: tags.map(safeName),
    }
  }

  const lifeOf = ({ freshMs, staleMs, keepMs }: Content) =>
    String(Math.max(1, Math.ceil(freshMs + Math.max(staleMs, keepMs))))

  const valueOf = ({ asOf, token }: Lease) => `${asOf}:${token}`

  function take(answer: Answer, marks: readonly Mark[], replies: RedisReply | undefined) {
    return applyMarks({ link, reader, names }, marks, {
      replies: replies as readonly RedisReply[],
      sent: answer.sent,
    })
  }

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

    ask(address, settle) {
      const { index, answer } = batches.read(names.entry(address.place))
      return answer.then(
        ({ replies, sent }) => {
          const found = examine({ bytes: replies[index]!, sent }, address)
          if (!(found instanceof Promise)) return settle(found)
          return found.then(settle, (error: unknown) => settle(undefined, error))
        },
        (error: unknown) => settle(undefined, error),
      )
    },

    async lookup(address) {
      const { index, answer } = batches.read(names.entry(address.place))
      const { replies, sent } = await answer
      return examine({ bytes: replies[index]!, sent }, address)
    },

    async lookupMany(addresses) {
      const [first, ...others] = addresses.map(({ place }) => batches.read(names.entry(place)))
      if (first === undefined) return []
      // All of one turn: one answer.
      const { replies, sent } = await first.answer
      const places = [first, ...others]
      const lookups = addresses.map((address, at) =>
        examine({ bytes: replies[places[at]!.index]!, sent }, address),
      )
      const isKnown = lookups.every((lookup) => !(lookup instanceof Promise))
      return isKnown ? (lookups as Lookup[]) : Promise.all(lookups.map(async (lookup) => lookup))
    },

    async recheck(fence, { key, scope }) {
      if (!link.tracking() || fence.generation !== trust.generation) return undefined
      const sent = link.moment()
      const values = await batches.learn([scope, ...fence.marks])
      if (sent.generation !== trust.generation) return undefined
      const judgement = judge({ fence, key, scope }, (mark) => values.get(mark) ?? mark)
      // What was overtaken is not proved: it must find no excuse should Redis go away now.
      if (judgement.standing === 'current' || judgement.standing === 'expired') {
        fence.provedAt = sent.at
        fence.turn = sent.turn
      }
      return judgement
    },

    async open(address, { tags, known }) {
      const { place, scope } = address
      const marks = [scope, ...marksOf(tags)]
      const token = link.token()
      const keys = [names.clock, names.entry(place), names.lease(place), ...marks.map(({ name }) => name)]
      const answer = await link.run('open', keys, [token, String(trustMs), known, String(markMs)])
      const [entry, granted, replies] = answer.rest
      take(answer, marks, replies)
      if (granted === 1) {
        const lease: Lease = { place, token, epoch: answer.epoch, asOf: answer.stamp, sent: answer.sent }
        link.holdLease(names.lease(place), valueOf(lease))
        return { state: 'granted', lease }
      }
      if (!(entry instanceof Uint8Array)) return { state: 'busy' }
      return { state: 'stored', lookup: await examine({ bytes: entry, sent: answer.sent }, address) }
    },

    async fill(lease, { scope }, content) {
      const { place, token, epoch, asOf } = lease
      const marks = [scope, ...marksOf(content.tags)]
      const record = encodeRecord({ id: token, epoch, asOf, ...recordOf(content) })
      const keys = [names.clock, names.entry(place), names.lease(place), ...marks.map(({ name }) => name)]
      const words = [valueOf(lease), epoch, String(asOf), lifeOf(content), record, String(markMs)]
      try {
        const answer = await link.run('fill', keys, words)
        const [stored, replies] = answer.rest
        if ((replies as readonly RedisReply[]).length > 0) take(answer, marks, replies)
        return { sent: answer.sent, stored: stored === 1 }
      } finally {
        link.dropLease(names.lease(place), valueOf(lease))
      }
    },

    async release(lease, gone = '') {
      const { place } = lease
      link.dropLease(names.lease(place), valueOf(lease))
      try {
        const notice = names.keyMark(place.namespace, place.name)
        const keys = [names.clock, names.lease(place), names.entry(place), notice]
        await link.run('release', keys, [valueOf(lease), gone, String(keyMarkMs)])
        return true
      } catch {
        // The lease ends by itself when nobody prolongs it.
        return false
      }
    },

    async set({ place, scope }, content) {
      const marks = [scope, ...marksOf(content.tags)]
      const { namespace, version, name } = place
      const token = link.token()
      const prefixes = [names.entries, names.leases, names.keyMarks]
      const keys = [names.clock, ...prefixes, ...marks.map((mark) => mark.name)]
      const tail = encodeTail(recordOf(content))
      const words = [
        namespace,
        version,
        name,
        token,
        tail,
        lifeOf(content),
        String(markMs),
        String(keyMarkMs),
      ]
      const answer = await link.run('set', keys, words)
      take(answer, marks, answer.rest[1])
      return { id: token, asOf: answer.stamp, sent: answer.sent }
    },

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
