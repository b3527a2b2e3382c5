import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { questionChanged } from '../cache-keys.ts'
import { readBody, readChoice, readId } from '../fields.ts'
import { guard, identityOf } from '../identify.ts'
import { notFound } from '../problem.ts'
import type { Db, DbTransaction } from '../schema.ts'
import type { ApiContext } from './context.ts'
import type { VoteResult } from './shapes.ts'

/** Voting on a question. */
export function voteRoutes(app: FastifyInstance, { db, invalidate, tokens, clock }: ApiContext): void {
  app.post<{ Params: { id: string } }>(
    '/api/questions/:id/vote',
    guard({ tokens, clock, role: 'voter' }),
    async (request, reply): Promise<VoteResult> => {
      const { userId } = identityOf(request)
      const questionId = readId(request.params.id, 'question')
      const value = readChoice(readBody(request.body), 'value', [1, 0, -1])
      const { contestId, score } = await castVote(db, { questionId, userId, value, at: new Date(clock()) })
      // Also when nothing changed: the same vote may have been committed by a request whose invalidation still runs.
      await invalidate({ tags: questionChanged({ id: questionId, contestId }) })
      return reply.send({ questionId, value, score } satisfies VoteResult)
    },
  )
}

interface Vote {
  questionId: number
  userId: number
  value: 1 | 0 | -1
  at: Date
}

/**
 * Sets a user's vote and the question's score with it. The question's row is locked first, in a statement of its own:
 * the next one then sees what those who held the lock before have committed, so that votes add up whatever runs at
 * the same time. The lock leaves alone those who only refer to the question.
 * @throws Problem 404
 */
async function castVote(db: Db, vote: Vote): Promise<{ contestId: number; score: number }> {
  return db.transaction().execute(async (transaction) => {
    const question = await transaction
      .selectFrom('questions')
      .select(['contest_id as contestId', 'score'])
      .where('id', '=', vote.questionId)
      .where('status', '=', 'published')
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!question) throw notFound('question')
    return { contestId: question.contestId, score: (await applyVote(transaction, vote)) ?? question.score }
  })
}

/** One statement: the vote, the score and the activity. Undefined when the vote already stood like that. */
async function applyVote(
  db: DbTransaction,
  { questionId, userId, value, at }: Vote,
): Promise<number | undefined> {
  const { rows } = await sql<{ score: number }>`
    with old as (
      select value, voted_at from question_votes where question_id = ${questionId} and user_id = ${userId}
    ), removed as (
      delete from question_votes
      where question_id = ${questionId} and user_id = ${userId} and ${value}::int = 0
    ), cast_now as (
      insert into question_votes (question_id, user_id, value, voted_at)
      select ${questionId}, ${userId}, ${value}::int, ${at}::timestamptz where ${value}::int <> 0
      on conflict (question_id, user_id) do update set value = excluded.value, voted_at = excluded.voted_at
        where question_votes.value <> excluded.value
    ), change as (
      select ${value}::int - coalesce((select value from old), 0) as score,
        ${value}::int * activity_weight(${at}::timestamptz, reference)
          - coalesce((select value * activity_weight(voted_at, reference) from old), 0) as activity
      from seedings
    )
    update questions set score = questions.score + change.score, activity = questions.activity + change.activity
    from change
    where questions.id = ${questionId} and change.score <> 0
    returning questions.score`.execute(db)
  return rows[0]?.score
}
