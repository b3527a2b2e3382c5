import { type Fence, judge, type Judgement, type Mark, type MarkTable, notSwept } from '../marks.ts'
import type { About } from '../tag-space.ts'
import type { Batches } from './batches.ts'
import type { Link, Moment } from './link.ts'
import type { Names } from './names.ts'
import { decodeRecord, recordId, type StoredRecord } from './record.ts'
import type { Lookup, SharedTier } from './tier.ts'

export interface FinderOptions {
  link: Link
  names: Names
  table: MarkTable
  batches: Batches
}

/** Finds what lies in Redis, held against its marks. */
export interface Finder extends Pick<SharedTier, 'ask' | 'lookup' | 'lookupMany' | 'recheck'> {
  /** Holds what was found against its marks. A promise only where Redis has to be asked about them. */
  examine(found: { bytes: Uint8Array | null; sent: Moment }, about: About): Lookup | Promise<Lookup>
}

export function createFinder({ link, names, table, batches }: FinderOptions): Finder {
  const { trust } = link
  const newFence = (asOf: number, marks: readonly Mark[], sent: Moment): Fence => ({
    asOf,
    marks,
    swept: notSwept,
    generation: sent.generation,
    provedAt: sent.at,
    turn: sent.turn,
  })

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

  return {
    examine,

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
  }
}
