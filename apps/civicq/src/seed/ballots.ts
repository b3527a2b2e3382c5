import { allocate } from './allocate.ts'
import { planContests } from './offices.ts'
import { createRandom, type Random } from './random.ts'
import type { BallotRow, ContestRow, SeededCity } from './rows.ts'

const day = 86_400_000

/** What each ballot of a city is, in turn, and how many days after the reference it is held. */
const calendar = [
  { kind: 'general', name: 'Municipal General Election', after: 45, weight: 3 },
  { kind: 'special', name: 'Special Election', after: 100, weight: 1 },
  { kind: 'primary', name: 'Municipal Primary', after: 185, weight: 1.5 },
] as const

/** The ballots of all cities; the larger the city, the more. */
export function makeBallots(cities: readonly SeededCity[], count: number, reference: Date): BallotRow[] {
  const shares = cities.map(({ row }) => ({ weight: Math.log10(row.population), least: 1, most: Infinity }))
  const counts = allocate(count, shares)
  const plans = cities.flatMap(({ row }, at) =>
    Array.from({ length: counts[at]! }, (_, number) => ({ city: row, number })),
  )
  return plans.map(({ city, number }, at) => {
    const { kind, name, after } = calendar[number % calendar.length]!
    const years = Math.floor(number / calendar.length)
    const date = firstTuesday(reference.getTime() + (after + 364 * years) * day)
    const title = `${monthAndYear(date)} ${name}`
    const description = `${title} of ${city.name}, ${city.state}. Polls are open from 7 a.m. to 8 p.m.`
    return {
      id: at + 1,
      city_id: city.id,
      title,
      kind,
      election_date: date.toISOString().slice(0, 10),
      description,
    }
  })
}

/** The contests of all ballots; general elections have the most. */
export function makeContests(seed: number, ballots: readonly BallotRow[], count: number): ContestRow[] {
  const random = createRandom(`${seed}:contests`)
  const shares = ballots.map((ballot) => ({ weight: ballotWeight(ballot, random), least: 1, most: 16 }))
  const counts = allocate(count, shares)
  const plans = ballots.flatMap((ballot, at) =>
    planContests(random, counts[at]!).map((plan, position) => ({
      ...plan,
      ballot_id: ballot.id,
      position: position + 1,
    })),
  )
  return plans.map((plan, at) => ({ id: at + 1, ...plan }))
}

function ballotWeight(ballot: BallotRow, random: Random): number {
  return calendar.find(({ kind }) => kind === ballot.kind)!.weight * (0.6 + random.next())
}

/** Municipal elections are held on Tuesdays. */
function firstTuesday(from: number): Date {
  const weekday = new Date(from).getUTCDay()
  return new Date(from + ((2 - weekday + 7) % 7) * day)
}

function monthAndYear(date: Date): string {
  return date.toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })
}
