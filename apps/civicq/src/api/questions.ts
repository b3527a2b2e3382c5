import type { FastifyInstance } from 'fastify'
import { keys, tags, ttl } from '../cache-keys.ts'
import { type Fields, readChoice, readId } from '../fields.ts'
import { notFound } from '../problem.ts'
import type { Db } from '../schema.ts'
import { answerCountOfQuestion } from './columns.ts'
import { requireContest } from './contests.ts'
import type { ApiContext } from './context.ts'
import { paged, type PageRequest, readPage } from './paging.ts'
import type { Answer, List, Page, Question, QuestionWithAnswers } from './shapes.ts'

const trendingLength = 10

/** The questions of a contest in three orders, and one question with its answers. */
export function questionRoutes(app: FastifyInstance, { db, cache }: ApiContext): void {
  app.get<{ Params: { id: string }; Querystring: Fields }>(
    '/api/contests/:id/questions',
    async ({ params, query }) => {
      const contest = readId(params.id, 'contest')
      const asked = { contest, sort: readSort(query), ...readPage(query) }
      const load = () => listQuestions(db, asked)
      return cache.getOrLoad(keys.questions(asked), load, {
        ttl: ttl.questions,
        tags: [tags.contest(contest), tags.questions(contest)],
      })
    },
  )
  app.get<{ Params: { id: string } }>('/api/contests/:id/questions/trending', async ({ params }) => {
    const contest = readId(params.id, 'contest')
    return cache.getOrLoad(keys.trending(contest), () => listTrending(db, contest), {
      ttl: ttl.trending,
      tags: [tags.contest(contest), tags.questions(contest)],
    })
  })
  app.get<{ Params: { id: string } }>('/api/questions/:id', async ({ params }) => {
    const id = readId(params.id, 'question')
    const load = () => loadQuestion(db, id)
    return cache.getOrLoad(keys.question(id), load, { ttl: ttl.questions, tags: [tags.question(id)] })
  })
}

type Sort = 'top' | 'new'

function readSort(query: Fields): Sort {
  return query['sort'] === undefined ? 'top' : readChoice(query, 'sort', ['top', 'new'])
}

async function listQuestions(
  db: Db,
  { contest, sort, ...asked }: { contest: number; sort: Sort } & PageRequest,
): Promise<Page<Question>> {
  const { total } = await db
    .selectFrom('questions')
    .select(({ fn, cast }) => cast<number>(fn.countAll(), 'integer').as('total'))
    .where('contest_id', '=', contest)
    .where('status', '=', 'published')
    .executeTakeFirstOrThrow()
  if (total === 0) await requireContest(db, contest)
  const rows = await selectQuestions(db)
    .where('contest_id', '=', contest)
    .orderBy(sort === 'top' ? 'score' : 'questions.created_at', 'desc')
    .orderBy('questions.id', 'desc')
    .limit(asked.limit)
    .offset((asked.page - 1) * asked.limit)
    .execute()
  return paged(rows.map(toQuestion), asked, total)
}

async function listTrending(db: Db, contest: number): Promise<List<Question>> {
  const rows = await selectQuestions(db)
    .where('contest_id', '=', contest)
    .orderBy('activity', 'desc')
    .orderBy('questions.id', 'desc')
    .limit(trendingLength)
    .execute()
  if (rows.length === 0) await requireContest(db, contest)
  return { data: rows.map(toQuestion) }
}

async function loadQuestion(db: Db, id: number): Promise<QuestionWithAnswers> {
  const question = await findQuestion(db, id)
  if (!question) throw notFound('question')
  const answers = await selectAnswers(db)
    .where('question_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return { ...question, answers: answers.map(toAnswer) }
}

/** A published question as lists show it. */
export async function findQuestion(db: Db, id: number): Promise<Question | undefined> {
  const row = await selectQuestions(db).where('questions.id', '=', id).executeTakeFirst()
  return row && toQuestion(row)
}

/** An answer as its question shows it. */
export async function findAnswer(db: Db, id: number): Promise<Answer> {
  return toAnswer(await selectAnswers(db).where('answers.id', '=', id).executeTakeFirstOrThrow())
}

function selectQuestions(db: Db) {
  return db
    .selectFrom('questions')
    .innerJoin('users', 'users.id', 'questions.author_id')
    .select(['questions.id', 'contest_id as contestId', 'text', 'topic', 'score', 'users.name as author'])
    .select(['questions.created_at as createdAt', answerCountOfQuestion().as('answerCount')])
    .where('status', '=', 'published')
}

function selectAnswers(db: Db) {
  return db
    .selectFrom('answers')
    .innerJoin('candidates', 'candidates.id', 'answers.candidate_id')
    .select(['answers.id', 'question_id as questionId', 'text', 'created_at as createdAt'])
    .select(['candidates.id as candidateId', 'name', 'affiliation', 'photo'])
}

function toQuestion({
  author,
  createdAt,
  ...rest
}: Omit<Question, 'createdAt'> & { createdAt: Date }): Question {
  return { ...rest, author: shortName(author), createdAt: createdAt.toISOString() }
}

function toAnswer({
  candidateId,
  name,
  affiliation,
  photo,
  createdAt,
  ...rest
}: Awaited<ReturnType<ReturnType<typeof selectAnswers>['execute']>>[number]): Answer {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    candidate: { id: candidateId, name, affiliation, photo },
  }
}

/** `Maria G.`: residents are not shown by their full names. */
function shortName(name: string): string {
  const words = name.split(' ')
  const last = words.length > 1 ? words.at(-1)! : ''
  return last === '' ? name : `${words[0]} ${last.charAt(0)}.`
}
