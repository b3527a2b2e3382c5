import type { FastifyInstance } from 'fastify'
import { type Fields, largestId, readWhole } from '../fields.ts'
import { guard, identityOf } from '../identify.ts'
import type { ApiContext } from './context.ts'
import type { List, OwnVote } from './shapes.ts'

/** What belongs to the one who asks; never in a cache that others share. */
export function meRoutes(app: FastifyInstance, { db, tokens, clock }: ApiContext): void {
  app.get<{ Querystring: Fields }>(
    '/api/me/votes',
    guard({ tokens, clock }),
    async (request, reply): Promise<List<OwnVote>> => {
      const { userId } = identityOf(request)
      const contest = readWhole(request.query, 'contest', { least: 1, most: largestId })
      const data = await db
        .selectFrom('question_votes')
        .innerJoin('questions', 'questions.id', 'question_votes.question_id')
        .select(['question_id as questionId', 'value'])
        .where('user_id', '=', userId)
        .where('contest_id', '=', contest)
        .orderBy('question_id')
        .execute()
      reply.header('cache-control', 'private, no-store')
      return { data }
    },
  )
}
