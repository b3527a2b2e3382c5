import { activityWeight } from '../activity.ts'
import { allocate } from './allocate.ts'
import type { CityContest } from './candidates.ts'
import { createRandom, type Random } from './random.ts'
import type { QuestionRow } from './rows.ts'
import { questionText } from './sentences.ts'

const day = 86_400_000
const eldestDays = 60

/** The questions of all contests, without votes yet: many in a few contests, few in most. */
export function makeQuestions(
  seed: number,
  of: { contests: readonly CityContest[]; count: number; reference: Date },
): QuestionRow[] {
  const random = createRandom(`${seed}:questions`)
  const shares = of.contests.map(({ contest, city }) => ({
    weight: random.pareto(2) * interest(contest.office) * city.row.population ** 0.3,
    least: 2,
    most: 400,
  }))
  const counts = allocate(of.count, shares)
  const questions: QuestionRow[] = []
  for (const [at, asked] of of.contests.entries()) {
    const said = new Set<string>()
    for (let number = 0; number < counts[at]!; number++) {
      const id = questions.length + 1
      questions.push(question(id, asked, { random, said, reference: of.reference.getTime() }))
    }
  }
  return questions
}

function question(
  id: number,
  { contest, city }: CityContest,
  { random, said, reference }: { random: Random; said: Set<string>; reference: number },
): QuestionRow {
  const { topic, text } = unsaid(said, () => questionText(contest.office, city.place, random))
  const created = Math.floor(reference - Math.min(eldestDays, random.exponential(14)) * day)
  return {
    id,
    contest_id: contest.id,
    author_id: random.pick(city.voters),
    text,
    topic,
    status: random.chance(0.02) ? 'hidden' : 'published',
    score: 0,
    activity: activityWeight(created, reference),
    created_at: new Date(created).toISOString(),
  }
}

/** Tries a few times not to repeat within a contest what was said there before; residents do repeat each other. */
function unsaid<T extends { text: string }>(said: Set<string>, say: () => T): T {
  let spoken = say()
  for (let again = 0; again < 8 && said.has(spoken.text); again++) spoken = say()
  said.add(spoken.text)
  return spoken
}

function interest(office: CityContest['contest']['office']): number {
  if (office === 'mayor') return 4
  return office === 'council' || office === 'school-board' ? 2 : 1
}
