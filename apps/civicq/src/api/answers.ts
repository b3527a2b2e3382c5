import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { answerChanged } from '../cache-keys.ts'
import { readBody, readId, readText } from '../fields.ts'
import { guard, identityOf } from '../identify.ts'
import { notFound, Problem } from '../problem.ts'
import type { Db } from '../schema.ts'
import type { ApiContext } from './context.ts'
import { findAnswer } from './questions.ts'
import type { Answer } from './shapes.ts'

const shortest = 2

/** Answering a question: a candidate of its contest, once; answering again replaces the text. */
export function answerRoutes(app: FastifyInstance, { db, invalidate, tokens, clock }: ApiContext): void {
  app.post<{ Params: { id: string } }>(
    '/api/questions/:id/answers',
    guard({ tokens, clock, role: 'candidate' }),
    async (request, reply): Promise<Answer> => {
      const { userId } = identityOf(request)
      const questionId = readId(request.params.id, 'question')
      const { contestId, candidateId, most } = await whoMayAnswer(db, questionId, userId)
      const text = readText(readBody(request.body), 'text', { least: shortest, most })
      const { id, isNew } = await storeAnswer(db, { questionId, candidateId, text, at: new Date(clock()) })
      await invalidate({ tags: answerChanged({ questionId, contestId, candidateId }) })
      return reply.code(isNew ? 201 : 200).send(await findAnswer(db, id))
    },
  )
}

interface Answering {
  contestId: number
  candidateId: number
  /** The longest answer that the city allows. */
  most: number
}

/** @throws Problem 404 without such a question, 403 when the user is no candidate of its contest */
async function whoMayAnswer(db: Db, questionId: number, userId: number): Promise<Answering> {
  const found = await db
    .selectFrom('questions')
    .innerJoin('contests', 'contests.id', 'questions.contest_id')
    .innerJoin('ballots', 'ballots.id', 'contests.ballot_id')
    .innerJoin('cities', 'cities.id', 'ballots.city_id')
    .leftJoin('candidates', (join) =>
      join.onRef('candidates.contest_id', '=', 'contests.id').on('candidates.user_id', '=', userId),
    )
    .select(['contests.id as contestId', 'candidates.id as candidateId', 'cities.settings'])
    .where('questions.id', '=', questionId)
    .where('questions.status', '=', 'published')
    .executeTakeFirst()
  if (!found) throw notFound('question')
  const { contestId, candidateId, settings } = found
  if (candidateId === null)
    throw new Problem(403, 'Only candidates of this contest may answer its questions.')
  return { contestId, candidateId, most: settings.answerMaxLength }
}

async function storeAnswer(
  db: Db,
  answer: { questionId: number; candidateId: number; text: string; at: Date },
): Promise<{ id: number; isNew: boolean }> {
  const { questionId, candidateId, text, at } = answer
  // xmax is 0 in a row that was inserted, not in one that was replaced.
  return db
    .insertInto('answers')
    .values({ question_id: questionId, candidate_id: candidateId, text, created_at: at })
    .onConflict((conflict) => conflict.columns(['question_id', 'candidate_id']).doUpdateSet({ text }))
    .returning(['id', sql<boolean>`xmax = 0`.as('isNew')])
    .executeTakeFirstOrThrow()
}
