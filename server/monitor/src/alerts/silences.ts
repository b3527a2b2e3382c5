import { randomUUID } from 'node:crypto'
import type { Silence } from '@hotpath/core'
import type { AlertRecord } from './records.ts'

/** A silence that somebody asks for; a length of 0 ends those of the same rule and route. */
export interface SilenceWish {
  rule: string | null
  route: string | null
  forMs: number
  reason: string
}

/** Which alerts are not to be sent. */
export interface Silences {
  /** Those that have not ended. */
  active(now: number): Silence[]
  /** Returns the silences to keep: a new one, or old ones with their end. */
  add(wish: SilenceWish, now: number): Silence[]
}

/** More than anybody writes by hand; beyond it the one that ends first goes. */
const mostSilences = 200

/** Begins with those in the history. */
export function createSilences(records: readonly AlertRecord[]): Silences {
  const known = new Map<string, Silence>()
  for (const record of records) {
    if (record.record !== 'silence') continue
    const { record: _, ...silence } = record
    known.set(silence.id, silence)
  }
  const active = (now: number) =>
    [...known.values()].filter(({ until }) => until > now).sort((a, b) => a.until - b.until)

  return {
    active(now) {
      for (const { id, until } of known.values()) if (until <= now) known.delete(id)
      return active(now)
    },
    add({ rule, route, forMs, reason }, now) {
      if (forMs > 0) {
        const silence = { id: randomUUID(), rule, route, from: now, until: now + forMs, reason }
        known.set(silence.id, silence)
        if (known.size > mostSilences) known.delete(active(now)[0]!.id)
        return [silence]
      }
      const ended = active(now)
        .filter((silence) => silence.rule === rule && silence.route === route)
        .map((silence) => ({ ...silence, until: now, reason }))
      for (const silence of ended) known.set(silence.id, silence)
      return ended
    },
  }
}
