import type { FastifyInstance } from 'fastify'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import { keys, tags, ttl } from '../cache-keys.ts'
import { readId } from '../fields.ts'
import { notFound } from '../problem.ts'
import type { Db } from '../schema.ts'
import { answerCountOfCandidate, cityReference } from './columns.ts'
import type { ApiContext } from './context.ts'
import { portrait } from './portrait.ts'
import type { Candidate } from './shapes.ts'

/** A candidate, and the candidate's picture. */
export function candidateRoutes(app: FastifyInstance, { db, cache }: ApiContext): void {
  const read = (text: string): Promise<Candidate> => {
    const id = readId(text, 'candidate')
    const load = () => loadCandidate(db, id)
    return cache.getOrLoad(keys.candidate(id), load, { ttl: ttl.candidates, tags: [tags.candidate(id)] })
  }
  app.get<{ Params: { id: string } }>('/api/candidates/:id', ({ params }) => read(params.id))
  app.get<{ Params: { id: string } }>('/api/candidates/:id/photo', async ({ params }, reply) => {
    const { id, name } = await read(params.id)
    return reply
      .header('content-type', 'image/svg+xml; charset=utf-8')
      .header('content-security-policy', "default-src 'none'")
      .send(portrait(id, name))
  })
}

async function loadCandidate(db: Db, id: number): Promise<Candidate> {
  const candidate = await db
    .selectFrom('candidates')
    .innerJoin('contests', 'contests.id', 'candidates.contest_id')
    .innerJoin('ballots', 'ballots.id', 'contests.ballot_id')
    .innerJoin('cities', 'cities.id', 'ballots.city_id')
    .select(['candidates.id', 'candidates.contest_id as contestId', 'candidates.name', 'affiliation'])
    .select(['occupation', 'photo', 'statement'])
    .select(({ ref }) => [
      answerCountOfCandidate().as('answerCount'),
      cityReference().as('city'),
      jsonBuildObject({
        id: ref('contests.id'),
        title: ref('contests.title'),
        ballotId: ref('contests.ballot_id'),
      }).as('contest'),
    ])
    .where('candidates.id', '=', id)
    .executeTakeFirst()
  if (!candidate) throw notFound('candidate')
  return candidate
}
