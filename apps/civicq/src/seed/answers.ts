import type { Place } from './places.ts'
import { createRandom } from './random.ts'
import type { AnswerRow, CandidateRow, QuestionRow } from './rows.ts'
import { answerText } from './sentences.ts'

/** The share of questions that somebody answered. */
const answeredShare = 0.4
const meanDelayMs = 3 * 86_400_000

/** Answers to about two questions in five, by some of the contest's candidates. */
export function makeAnswers(
  seed: number,
  of: {
    questions: readonly QuestionRow[]
    candidatesOf: (question: QuestionRow) => readonly CandidateRow[]
    placeOf: (question: QuestionRow) => Place
    reference: Date
  },
): AnswerRow[] {
  const random = createRandom(`${seed}:answers`)
  const answers: AnswerRow[] = []
  for (const question of of.questions) {
    if (!random.chance(answeredShare)) continue
    const candidates = of.candidatesOf(question)
    const created = Date.parse(question.created_at)
    for (const candidate of random.sample(candidates, random.integer(1, Math.min(3, candidates.length)))) {
      const delay = random.exponential(meanDelayMs) % Math.max(1, of.reference.getTime() - created)
      answers.push({
        id: answers.length + 1,
        question_id: question.id,
        candidate_id: candidate.id,
        text: answerText(question.topic, of.placeOf(question), random),
        created_at: new Date(Math.floor(created + delay)).toISOString(),
      })
    }
  }
  return answers
}
