import { activityWeight } from '../activity.ts'
import { allocate } from './allocate.ts'
import { createRandom } from './random.ts'
import type { QuestionRow, VoteRow } from './rows.ts'

/**
 * `count` votes on the questions, most of them on a few (Pareto), each voter at most once on each. Adds every vote to
 * its question's score and activity. `votersOf` are those who may vote on a question.
 */
export function makeVotes(
  seed: number,
  of: {
    questions: readonly QuestionRow[]
    votersOf: (question: QuestionRow) => readonly number[]
    count: number
    reference: Date
  },
): VoteRow[] {
  const random = createRandom(`${seed}:votes`)
  const reference = of.reference.getTime()
  const shares = of.questions.map((question) => ({
    weight: random.pareto(1.2),
    least: 0,
    most: Math.floor(of.votersOf(question).length * 0.8),
  }))
  const counts = allocate(of.count, shares)
  const votes: VoteRow[] = []
  for (const [at, question] of of.questions.entries()) {
    const created = Date.parse(question.created_at)
    const liked = 0.35 + 0.63 * Math.sqrt(random.next())
    for (const voter of random.sample(of.votersOf(question), counts[at]!)) {
      const value = random.chance(liked) ? 1 : -1
      const votedAt = soonAfter(created, reference, random.exponential(4 * 86_400_000))
      question.score += value
      question.activity += value * activityWeight(votedAt, reference)
      votes.push({
        question_id: question.id,
        user_id: voter,
        value,
        voted_at: new Date(votedAt).toISOString(),
      })
    }
  }
  return votes
}

/** `delay` after `from`, folded back into the time before `until`. */
function soonAfter(from: number, until: number, delay: number): number {
  return Math.floor(from + (delay % Math.max(1, until - from)))
}
