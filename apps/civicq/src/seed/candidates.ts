import { allocate } from './allocate.ts'
import { occupation, personName } from './people.ts'
import { createRandom, type Random } from './random.ts'
import type { CandidateRow, ContestRow, SeededCity } from './rows.ts'
import { statementText } from './sentences.ts'

/** A contest and the city it belongs to. */
export interface CityContest {
  contest: ContestRow
  city: SeededCity
}

/** The candidates of all contests: two or more each; a measure has one who speaks for it and one against. */
export function makeCandidates(
  seed: number,
  contests: readonly CityContest[],
  count: number,
): CandidateRow[] {
  const random = createRandom(`${seed}:candidates`)
  const shares = contests.map(({ contest }) =>
    contest.office === 'measure'
      ? { weight: 1, least: 2, most: 2 }
      : { weight: contest.seats + random.next() * 2, least: 2, most: 10 },
  )
  const counts = allocate(count, shares)
  const plans = contests.flatMap((of, at) =>
    Array.from({ length: counts[at]! }, (_, position) => ({ of, position: position + 1 })),
  )
  return plans.map(({ of, position }, at) => candidate(at + 1, { of, position }, random))
}

function candidate(id: number, plan: { of: CityContest; position: number }, random: Random): CandidateRow {
  const { contest, city } = plan.of
  const work = occupation(random)
  return {
    id,
    contest_id: contest.id,
    user_id: null,
    name: personName(random),
    affiliation: affiliation(contest, plan.position, random),
    occupation: work,
    statement: statementText(work, city.place, random),
    photo: `/api/candidates/${id}/photo`,
    position: plan.position,
  }
}

/** Most municipal offices are nonpartisan. */
function affiliation(contest: ContestRow, position: number, random: Random): string {
  if (contest.office === 'measure') return position === 1 ? 'In favor' : 'Against'
  if (random.chance(0.75)) return 'Nonpartisan'
  return random.pick(['Democratic', 'Republican', 'Independent', 'Green', 'Working Families', 'Libertarian'])
}
