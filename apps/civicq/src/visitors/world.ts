import { createRandom, createZipf, type Random, type Session, type SetupTools } from '@hotpath/load'
import type { Ballot, BallotSummary, CitySummary, List } from '../api/shapes.ts'

/** What there is to visit, found out once per run. */
export interface World {
  /** Slugs. */
  cities: string[]
  /** The most visited first. */
  contests: { id: number; ballot: number }[]
  /** Draws a contest's place in that order. */
  drawContest: (random: Random) => number
}

/** One visitor of that world. */
export type Visit = Session<World>

/** The same contests are popular in every run. */
const popularitySeed = 1

/** Web traffic lies near 1 (Breslau et al., INFOCOM 1999). */
const zipfExponent = 1

/** Looks at every city and ballot, and ranks the contests. */
export async function explore({ fetchJson }: SetupTools): Promise<World> {
  const cities = await fetchJson<List<CitySummary>>('/api/cities')
  const contests: World['contests'] = []
  for (const { slug } of cities.data) {
    const ballots = await fetchJson<List<BallotSummary>>(`/api/cities/${slug}/ballots`)
    for (const { id } of ballots.data) {
      const ballot = await fetchJson<Ballot>(`/api/ballots/${id}`)
      contests.push(...ballot.contests.map((contest) => ({ id: contest.id, ballot: id })))
    }
  }
  return {
    cities: cities.data.map(({ slug }) => slug),
    contests: shuffled(contests, createRandom(popularitySeed)),
    drawContest: createZipf(contests.length, zipfExponent),
  }
}

/** A contest, the popular ones more often. */
export function popularContest({ shared, random }: Visit): { id: number; ballot: number } {
  return shared.contests[shared.drawContest(random)]!
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const ranked = list.map((item) => ({ item, rank: random.next() }))
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item)
}
