import type { Clock } from '@hotpath/core'
import { steadyClock } from '../clock.ts'
import { describe } from '../describe.ts'
import { cacheErrors } from '../errors.ts'
import {
  createMark,
  createMarkTable,
  forgetMark,
  judge,
  type Mark,
  notSwept,
  unknownStamp,
} from '../marks.ts'
import { readTags, type Change, type Receipt, type TagSpace } from '../tag-space.ts'
import { createBatches } from './batches.ts'
import { createFleetAck } from './fleet-ack.ts'
import { createLink, trustMs } from './link.ts'
import { createMarkReader, encodePattern, textOf } from './mark-values.ts'
import { createNames, safeName } from './names.ts'
import { createOutbox } from './outbox.ts'
import type { RedisPort, RedisReply } from './port.ts'
import { keyMarkMs } from './keeping.ts'
import { createTier } from './tier.ts'
import { nodeTimers, type Timers } from './timers.ts'

export interface SharedTagSpaceOptions {
  port: RedisPort
  /** The application: names everything in Redis, and with it the fleet. */
  name: string
  /** Milliseconds; only differences matter. @default a clock that does not jump when the machine's is set */
  clock?: Clock
  /** From 0 to below 1. @default Math.random */
  random?: () => number
  /** @default those of Node */
  timers?: Timers
  /** Names this process among those of the fleet. @default at random */
  nodeId?: string
  /** Relies on a failover of Redis to have lost nothing that was acknowledged. @default false */
  trustFailover?: boolean
  /** How long to wait for the first connection before going on without, in milliseconds. @default 1_000 */
  firstWaitMs?: number
  /** Marks of tags that may be remembered beyond those that kept values carry. @default 100_000 */
  maxMarks?: number
}

/** How long Redis remembers a tag's last change; when it forgets, what carries the tag is loaded once more. */
const markMs = 30 * 24 * 3_600_000

const untracked =
  'Redis does not tell of changes (CLIENT TRACKING is unknown or not allowed): every read asks Redis, memory serves only while Redis is away, a load may be shared for up to 2 s after another process invalidated what it reads, and an invalidation with ack "fleet" waits for 2 s.'

/**
 * A tag space of all processes that name the same application on the same Redis (docs/decisions/007-as-of.md).
 * @throws HP_CACHE_APPLICATION_INVALID
 */
export function openTagSpace(options: SharedTagSpaceOptions): TagSpace {
  const { port, name, maxMarks = 100_000, firstWaitMs = 1_000, trustFailover = false } = options
  const { clock = steadyClock, random = Math.random, timers = nodeTimers } = options
  if (typeof name !== 'string' || name === '' || !name.isWellFormed())
    throw cacheErrors.HP_CACHE_APPLICATION_INVALID({ given: describe(name) })
  const names = createNames(name)
  const nodeId = options.nodeId ?? Math.floor(random() * 2 ** 52).toString(36)
  const link = createLink({ port, names, clock, random, timers, nodeId, trustFailover, firstWaitMs })
  const { trust } = link
  const unknown = (markName: string) =>
    createMark(markName, { top: unknownStamp, hard: unknownStamp, dropped: (trust.turn += 1) })
  const table = createMarkTable({ maxMarks, fresh: unknown, forgotten: () => {} })
  const reader = createMarkReader(link.toLocal)
  const batches = createBatches({ link, names, reader, markMs })
  const tier = createTier({ link, names, table, batches, reader, clock, random, timers, markMs })
  const fleetAck = createFleetAck({ link, names, clock, timers, nodeId })
  const outbox = createOutbox()
  const scopes = new Map<string, Mark>()
  const dropListeners = new Map<string, Set<(name: string) => void>>()

  function scope(namespace: string): Mark {
    const known = scopes.get(namespace)
    if (known !== undefined) return known
    const mark = unknown(names.scopeMark(encodeURIComponent(namespace)))
    scopes.set(namespace, mark)
    return mark
  }

  function drop(mark: Mark | undefined): void {
    // Also for a tag that nothing here carries yet: a load under way may still find it.
    trust.turn += 1
    if (mark === undefined) return
    mark.dropped = trust.turn
    forgetMark(mark)
  }

  const findMark = (markName: string): Mark | undefined =>
    table.find(markName) ?? scopes.values().find((mark) => mark.name === markName)

  function dropKey(namespace: string, keyName: string): void {
    trust.turn += 1
    for (const listener of dropListeners.get(namespace) ?? []) {
      try {
        listener(keyName)
      } catch {
        // A store of the application's own failed: it may still hold what it was to let go of.
        link.forget()
      }
    }
  }

  function dropHere({ tags, keys, patterns }: Change): void {
    for (const tag of tags) drop(table.find(names.tagMark(tag)))
    for (const [namespace] of patterns) drop(scope(namespace))
    for (const [namespace, key] of keys) dropKey(encodeURIComponent(namespace), safeName(key))
  }

  async function send(
    change: Change,
    ackToken: string | null,
  ): Promise<{ removed: number; nodes: string[] }> {
    const { tags, keys, patterns, hard } = change
    const marks = tags.map((tag) => names.tagMark(tag))
    const scopeMarks = patterns.map(([namespace]) => names.scopeMark(encodeURIComponent(namespace)))
    const ackMark = ackToken === null ? names.clock : names.ackMark(ackToken)
    const prefixes = [names.entries, names.leases, names.keyMarks]
    const { rest } = await link.runNow(
      'invalidate',
      [names.clock, ...prefixes, names.nodes, ackMark, ...marks, ...scopeMarks],
      [
        hard ? 'h' : 's',
        String(marks.length),
        String(scopeMarks.length),
        String(markMs),
        String(keyMarkMs),
        String(trustMs),
        ...patterns.map(([, pattern]) => encodePattern(pattern)),
        ...keys.flatMap(([namespace, key]) => [encodeURIComponent(namespace), safeName(key)]),
      ],
    )
    return { removed: Number(rest[0]), nodes: (rest[1] as readonly RedisReply[]).map(textOf) }
  }

  async function resend(): Promise<void> {
    if (outbox.isEmpty()) return
    const { changes, sent } = outbox.contents()
    if (changes === null) {
      // Too many to name them: an epoch that nothing stored belongs to.
      await link.runNow('renew', [names.clock], [])
    } else {
      await send(changes.hard, null)
      await send(changes.soft, null)
    }
    sent()
  }

  async function change(given: Change): Promise<Receipt> {
    readTags(given.tags)
    dropHere(given)
    await link.settled()
    if (!link.reachable()) {
      outbox.add(given)
      return { acknowledged: false, removed: 0 }
    }
    const ackToken = given.ack === 'fleet' ? link.token() : null
    try {
      const { removed, nodes } = await send(given, ackToken)
      // What was read between the call and its effect is dropped once more.
      dropHere(given)
      if (ackToken !== null) await fleetAck.wait(ackToken, nodes)
      return { acknowledged: true, removed }
    } catch {
      outbox.add(given)
      dropHere(given)
      return { acknowledged: false, removed: 0 }
    }
  }

  link.start({
    resend,
    owes: () => !outbox.isEmpty(),
    changed(markName) {
      const key = names.readKeyMark(markName)
      if (key !== undefined) return dropKey(key.namespace, key.name)
      if (fleetAck.asked(markName)) return
      drop(findMark(markName))
    },
    forget() {
      for (const mark of table.all()) forgetMark(mark)
      for (const mark of scopes.values()) forgetMark(mark)
    },
  })

  return {
    trust,
    clock,
    timers,
    tier: {
      ...tier,
      onKeyDropped(namespace, listener) {
        const known = dropListeners.get(namespace) ?? new Set()
        dropListeners.set(namespace, known.add(listener))
      },
    },
    asOf: link.stamp,
    scope,
    fence(tags, asOf) {
      const marks = table.intern(readTags(tags).map((tag) => names.tagMark(tag)))
      return {
        asOf,
        marks,
        swept: notSwept,
        generation: trust.generation,
        provedAt: clock(),
        turn: trust.turn,
      }
    },
    check(fence, { key, scope: of }) {
      const isTrusted = clock() < trust.until && fence.generation === trust.generation
      return isTrusted ? judge({ fence, key, scope: of }) : { standing: 'unknown', softAt: Infinity }
    },
    changedSince({ tags, turn }, of) {
      if (trust.forgotten > turn || of.dropped > turn) return true
      for (const tag of tags) {
        const mark = table.find(names.tagMark(tag))
        if (mark === undefined || mark.dropped > turn) return true
      }
      return false
    },
    change,
    hold: table.hold,
    weaker: () => (link.reachable() && !link.tracking() ? untracked : null),
    async ready() {
      await link.settled()
      if (!link.reachable()) throw link.unreachable()
    },
    close: link.close,
  }
}
