import type { Purge } from '@hotpath/app'
import type { FastifyInstance } from 'fastify'
import { questionModerated } from '../cache-keys.ts'
import { type Fields, readBody, readChoice, readId } from '../fields.ts'
import { guard } from '../identify.ts'
import { invalidField, notFound, Problem } from '../problem.ts'
import type { ApiContext } from './context.ts'

/** What administrators see and do: figures, purging, moderation. */
export function adminRoutes(
  app: FastifyInstance,
  { db, invalidate, snapshot, tokens, clock }: ApiContext,
): void {
  const administrators = guard({ tokens, clock, role: 'administrator' })
  app.get('/api/admin/metrics', administrators, (_, reply) =>
    reply.header('cache-control', 'private, no-store').send(snapshot()),
  )

  app.post('/api/admin/cache/purge', administrators, async ({ body }) => {
    const purged = readPurge(readBody(body))
    await invalidate(purged)
    return { purged }
  })

  app.patch<{ Params: { id: string } }>(
    '/api/admin/questions/:id',
    administrators,
    async ({ params, body }) => {
      const id = readId(params.id, 'question')
      const status = readChoice(readBody(body), 'status', ['published', 'hidden'])
      const question = await db
        .updateTable('questions')
        .set({ status })
        .where('id', '=', id)
        .returning(['id', 'contest_id as contestId', 'status'])
        .executeTakeFirst()
      if (!question) throw notFound('question')
      const answered = await db
        .selectFrom('answers')
        .select('candidate_id')
        .where('question_id', '=', id)
        .execute()
      const candidates = answered.map((answer) => answer.candidate_id)
      await invalidate({ tags: questionModerated({ ...question, candidates }) })
      return question
    },
  )
}

const most = 100
const longest = 200

function readPurge({ tags, pattern }: Fields): Purge {
  if (tags === undefined && pattern === undefined)
    throw new Problem(400, 'Name "tags" or a "pattern" to purge.')
  if (tags !== undefined && !(Array.isArray(tags) && tags.length <= most && tags.every(isName))) {
    throw invalidField('tags', `must be a list of at most ${most} texts of 1 to ${longest} characters`)
  }
  if (pattern !== undefined && !isName(pattern)) {
    throw invalidField('pattern', `must be a text of 1 to ${longest} characters`)
  }
  return { ...(tags !== undefined && { tags }), ...(pattern !== undefined && { pattern }) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest
}
