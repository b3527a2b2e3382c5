import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { questionChanged, ttl } from '../cache-keys.ts'
import { readBody, readId, readText } from '../fields.ts'
import { guard, identityOf } from '../identify.ts'
import { notFound, Problem } from '../problem.ts'
import type { Db } from '../schema.ts'
import type { ApiContext } from './context.ts'
import { findQuestion } from './questions.ts'
import type { CitySettings, Question } from './shapes.ts'

const shortest = 10

/** Asking a question in a contest. */
export function askRoutes(
  app: FastifyInstance,
  { db, queries, invalidate, tokens, clock }: ApiContext,
): void {
  app.post<{ Params: { id: string } }>(
    '/api/contests/:id/questions',
    guard({ tokens, clock, role: 'voter' }),
    async (request, reply): Promise<Question> => {
      const { userId } = identityOf(request)
      const contestId = readId(request.params.id, 'contest')
      const { questionMaxLength: most, questionsCloseOn } = await citySettings({ db, queries }, contestId)
      const at = new Date(clock())
      if (at.toISOString().slice(0, 10) > questionsCloseOn) {
        throw new Problem(409, `This city took questions until ${questionsCloseOn}.`)
      }
      const text = readText(readBody(request.body), 'text', { least: shortest, most })
      const id = await insertQuestion(db, { contestId, userId, text, at })
      await invalidate({ tags: questionChanged({ id, contestId }) })
      const question = await findQuestion(db, id)
      if (!question) throw notFound('question')
      return reply.code(201).header('location', `/api/questions/${id}`).send(question)
    },
  )
}

/** What the contest's city allows: asked with every question, and changed once a year. @throws Problem 404 */
async function citySettings(
  { db, queries }: Pick<ApiContext, 'db' | 'queries'>,
  contestId: number,
): Promise<CitySettings> {
  const statement = db
    .selectFrom('contests')
    .innerJoin('ballots', 'ballots.id', 'contests.ballot_id')
    .innerJoin('cities', 'cities.id', 'ballots.city_id')
    .select('settings')
    .where('contests.id', '=', contestId)
    .compile()
  const { rows } = await queries.query<{ settings: CitySettings }>(statement.sql, statement.parameters, {
    ttl: ttl.city,
  })
  const [city] = rows
  if (!city) throw notFound('contest')
  return city.settings
}

async function insertQuestion(
  db: Db,
  question: { contestId: number; userId: number; text: string; at: Date },
): Promise<number> {
  const { contestId, userId, text, at } = question
  const { id } = await db
    .insertInto('questions')
    .values({
      contest_id: contestId,
      author_id: userId,
      text,
      topic: 'From residents',
      created_at: at,
      // Being asked is the first thing that happens to a question.
      activity: sql<number>`activity_weight(${at}::timestamptz, (select reference from seedings))`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
