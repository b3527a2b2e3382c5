import type { Mark, MarkTable } from '../marks.ts'
import { applyMarks } from './batches.ts'
import type { Finder } from './finding.ts'
import { type Answer, type Link, trustMs } from './link.ts'
import type { MarkReader } from './mark-values.ts'
import { type Names, safeName } from './names.ts'
import type { RedisReply } from './port.ts'
import { encodeRecord, encodeTail, type RecordTail } from './record.ts'
import type { Content, Lease, SharedTier } from './tier.ts'

export interface KeeperOptions {
  link: Link
  names: Names
  table: MarkTable
  reader: MarkReader
  finder: Finder
  markMs: number
}

/** Leases, and what is stored in Redis. */
export type Keeper = Pick<SharedTier, 'open' | 'fill' | 'release' | 'set'>

/** How long the notice of a key stays in Redis, in milliseconds; nothing depends on it but its being written. */
export const keyMarkMs = 60_000

export function createKeeper({ link, names, table, reader, finder, markMs }: KeeperOptions): Keeper {
  const marksOf = (tags: readonly string[]) => table.intern(tags.map((tag) => names.tagMark(tag)))

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
      return { state: 'stored', lookup: await finder.examine({ bytes: entry, sent: answer.sent }, address) }
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
  }
}
