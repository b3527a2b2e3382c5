import { civicqErrors } from '../errors.ts'

/** How many of each kind a seed makes. */
export interface SeedSize {
  cities: number
  ballots: number
  contests: number
  candidates: number
  questions: number
  votes: number
  voters: number
}

const atScaleOne: SeedSize = {
  cities: 20,
  ballots: 60,
  contests: 300,
  candidates: 1_200,
  questions: 6_000,
  votes: 80_000,
  voters: 6_000,
}

/** The least with which every screen still has something to show. */
const least: SeedSize = {
  cities: 2,
  ballots: 3,
  contests: 8,
  candidates: 24,
  questions: 40,
  votes: 300,
  voters: 60,
}

/** The data set is made in memory: at this scale it holds four million votes. */
const largestScale = 50

/**
 * The size of the data set at `scale`: 1 is a region of 20 cities.
 * @throws CIVICQ_SCALE_INVALID
 */
export function sizeAt(scale: number): SeedSize {
  if (!(scale >= 0 && scale <= largestScale)) {
    throw civicqErrors.CIVICQ_SCALE_INVALID({ scale, largest: largestScale })
  }
  const sized = Object.entries(atScaleOne).map(([kind, count]) => [
    kind,
    Math.max(least[kind as keyof SeedSize], Math.round(count * scale)),
  ])
  return Object.fromEntries(sized) as SeedSize
}
