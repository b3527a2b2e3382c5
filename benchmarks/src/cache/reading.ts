import type { SuiteContext } from '../suite.ts'
import type { ContestantName } from './contestants/index.ts'
import type { Crew } from './crew.ts'
import { interleave, medians } from './interleave.ts'
import type { RedisProbe } from './redis-counts.ts'
import type { RedisReadsMethods } from './workers/redis-reads.ts'

/** Who is measured with entries of one kind. */
export interface Field {
  tagged: boolean
  names: readonly ContestantName[]
  /** The caches of two tiers among them. */
  full: readonly ContestantName[]
  /** Of those, the ones with a call for many keys. */
  native: readonly ContestantName[]
}

/** One field at work on one Redis. */
export interface Reading {
  field: Field
  crew: Crew<RedisReadsMethods>
  probe: RedisProbe
  context: SuiteContext
}

export const idOf = (field: Field, id: string): string => (field.tagged ? `${id}-tagged` : id)
export const wordsOf = (field: Field): string => (field.tagged ? ', entries tagged' : '')

/** Medians of what Redis counts: a heartbeat may fall into one run, not into most. */
export async function commandsOf(
  { crew, probe }: Reading,
  names: readonly ContestantName[],
  work: Parameters<Reading['crew']['each']>[0],
): Promise<Record<string, number>> {
  const measures = crew.each(
    async (worker) => (await probe.during(() => work(worker))).counts.commands,
    names,
  )
  return medians(await interleave(measures, { rounds: 9 }), (commands) => commands)
}
