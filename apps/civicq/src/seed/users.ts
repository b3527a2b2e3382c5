import { administratorEmail, candidateEmail, demoCandidates, demoVoters, voterEmail } from './accounts.ts'
import { allocate } from './allocate.ts'
import { personName } from './people.ts'
import { createRandom } from './random.ts'
import type { CandidateRow, SeededCity, UserRow } from './rows.ts'

const day = 86_400_000

/**
 * All accounts: the administrator, the voters and the candidates who may sign in, and `voters` residents spread over
 * the cities, who only write and vote. Gives the residents to their cities and the accounts to their candidates.
 */
export function makeUsers(
  seed: number,
  of: { cities: readonly SeededCity[]; candidates: readonly CandidateRow[]; voters: number; reference: Date },
): UserRow[] {
  const random = createRandom(`${seed}:users`)
  const since = () => new Date(of.reference.getTime() - random.integer(30, 700) * day).toISOString()
  const users: UserRow[] = []
  const add = (user: Omit<UserRow, 'id' | 'created_at'>): number =>
    users.push({ id: users.length + 1, ...user, created_at: since() })

  add({ email: administratorEmail, name: 'City Elections Office', role: 'administrator', city_id: null })
  for (let number = 1; number <= demoVoters; number++) {
    const city = of.cities[number % of.cities.length]!
    const id = add({
      email: voterEmail(number),
      name: personName(random),
      role: 'voter',
      city_id: city.row.id,
    })
    city.voters.push(id)
  }
  for (const [at, candidate] of firstOfEachContest(of.candidates, demoCandidates).entries()) {
    const email = candidateEmail(at + 1)
    candidate.user_id = add({ email, name: candidate.name, role: 'candidate', city_id: null })
  }
  for (const [at, count] of residents(of.cities, of.voters).entries()) {
    const city = of.cities[at]!
    for (let number = 0; number < count; number++) {
      const email = `resident-${users.length + 1}@civicq.example`
      city.voters.push(add({ email, name: personName(random), role: 'voter', city_id: city.row.id }))
    }
  }
  return users
}

function firstOfEachContest(candidates: readonly CandidateRow[], count: number): CandidateRow[] {
  return candidates.filter(({ position }) => position === 1).slice(0, count)
}

/** Small cities take more part in proportion, hence the exponent below 1. */
function residents(cities: readonly SeededCity[], count: number): number[] {
  const shares = cities.map(({ row }) => ({ weight: row.population ** 0.6, least: 20, most: Infinity }))
  return allocate(count, shares)
}
