import { channel } from 'node:diagnostics_channel'
import type { Cache, Invalidation } from './cache.ts'
import { type CacheInvalidateMessage, cacheChannels } from './channels.ts'
import type { Core } from './core.ts'
import { describe } from './describe.ts'
import { type EntryParts, expiryOf, freezeShared } from './entry.ts'
import { cacheErrors } from './errors.ts'
import { type Fence, noGeneration } from './marks.ts'
import { type EntryPolicy, entryPolicy, requireKey } from './options.ts'
import { type ReadSelection, readSelection } from './selection.ts'
import { type Change, invalidationOf, type Receipt } from './tag-space.ts'
import { lifeOf } from './values.ts'

/** The writing half of a cache. */
export type Changes = Pick<Cache, 'set' | 'delete' | 'invalidate' | 'expire'>

export function createChanges(core: Core): Changes {
  const { settings, scope, memory, inFlight, counts, shared, nameOf } = core
  const { namespace, tags: space, clock, random, codec, groups } = settings
  const invalidated = channel(cacheChannels.invalidate)

  const dropShared = (key: string) => space.change(invalidationOf({ keys: [[namespace, key]] }))

  /** Fences the key here, and everywhere. */
  async function dropEverywhere(key: string): Promise<{ wasHere: boolean; receipt: Receipt }> {
    const wasHere = core.drop(nameOf(key))
    const receipt = shared === null ? { acknowledged: true, removed: 0 } : await dropShared(key)
    return { wasHere, receipt }
  }

  function partsOf(key: string, value: unknown, policy: EntryPolicy) {
    const life = lifeOf(value, policy, { random: random(), expiredFor: -Infinity })
    if (life === undefined || life.freshMs + life.staleMs + life.keepMs === 0) return undefined
    const { earlyMs, ...lifetime } = life
    const expiry = expiryOf(lifetime, clock(), earlyMs)
    const parts = { value, size: settings.sizeOf(value), group: groups.groupOf(key), loadMs: 0, expiry }
    return { lifetime, parts }
  }

  async function setShared(
    key: string,
    { lifetime, parts }: NonNullable<ReturnType<typeof partsOf>>,
    tags: readonly string[],
  ): Promise<void> {
    const { tier } = shared!
    const name = nameOf(key)
    const encoded = await codec.encode(key, parts.value)
    core.drop(name)
    const { turn } = space.trust
    const provedAt = clock()
    try {
      await tier.settled()
      const content = { ...encoded, ...lifetime, loadMs: 0, size: parts.size, tags }
      const { id, asOf, sent } = await tier.set(core.addressOf(key), content)
      const fence: Fence = { ...space.fence(tags, asOf, scope), turn: sent.turn, provedAt: sent.at }
      // Whoever reads meanwhile finds it in Redis.
      if (tier.isSame(sent) && !core.isDroppedSince(name, sent.turn))
        memory.keep(name, { ...parts, id, fence })
    } catch (error) {
      const { acknowledged } = await dropShared(key)
      core.tolerate(key, error)
      if (acknowledged) return
      const fence: Fence = {
        ...space.fence(tags, space.asOf(), scope),
        generation: noGeneration,
        provedAt,
        turn,
      }
      memory.keep(name, { ...parts, id: '', fence })
    }
  }

  function dropHere({ keys, pattern, matches }: ReadSelection): void {
    for (const key of keys) core.drop(nameOf(key))
    if (pattern === null) return
    inFlight.fenceMatching(matches)
    memory.dropMatching(matches)
  }

  /** What is selected is held for stale here; elsewhere, memory lets go of keys and asks Redis for them. */
  function expireHere({ keys, pattern, matches }: ReadSelection): void {
    if (keys.length === 0 && pattern === null) return
    const named = new Set(keys.map(nameOf))
    const isSelected = (name: string) => named.has(name) || matches(name)
    memory.expire(isSelected)
    inFlight.expire(isSelected, clock())
  }

  async function change(selection: ReadSelection, how: Pick<Change, 'hard' | 'ack'>): Promise<Invalidation> {
    const { tags, keys, pattern } = selection
    const sent = space.change({
      ...how,
      tags,
      keys: keys.map((key) => [namespace, key] as const),
      patterns: pattern === null ? [] : [[namespace, pattern] as const],
    })
    if (how.hard) dropHere(selection)
    else expireHere(selection)
    const { acknowledged } = await sent
    counts.invalidations += 1
    if (invalidated.hasSubscribers) {
      const message: CacheInvalidateMessage = { namespace, tags, keys, pattern, hard: how.hard }
      invalidated.publish(message)
    }
    return { acknowledged }
  }

  return {
    async set(key, value, options) {
      requireKey(key)
      if (isThenable(value)) throw cacheErrors.HP_CACHE_VALUE_INVALID({ key: describe(key) })
      const policy = entryPolicy(settings, options)
      const life = partsOf(key, freezeShared(value), policy)
      if (life === undefined) return void (await dropEverywhere(key))
      if (shared !== null) return setShared(key, life, policy.tags)
      inFlight.fence(key)
      const fence = space.fence(policy.tags, space.asOf(), scope)
      memory.keep(key, { ...life.parts, id: '', fence } satisfies EntryParts)
    },
    async delete(key) {
      requireKey(key)
      const { wasHere, receipt } = await dropEverywhere(key)
      return wasHere || receipt.removed > 0
    },
    invalidate: async (what, { ack = 'redis' } = {}) => change(readSelection(what), { hard: true, ack }),
    expire: async (what) => change(readSelection(what), { hard: false, ack: 'redis' }),
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
