import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import { keys, tags, ttl } from '../cache-keys.ts'
import { type Cached, readCached } from '../cached.ts'
import { readId } from '../fields.ts'
import { notFound } from '../problem.ts'
import type { Db } from '../schema.ts'
import { answerCountOfCandidate, candidateCount, cityReference, electionDate } from './columns.ts'
import type { ApiContext } from './context.ts'
import type { CandidateSummary, Contest, List } from './shapes.ts'

/** A contest and its candidates. */
export function contestRoutes(app: FastifyInstance, { db, cache }: ApiContext): void {
  const cached = contestObjects(db)
  app.get<{ Params: { id: string } }>('/api/contests/:id', ({ params }) =>
    readCached(cache, cached.one(readId(params.id, 'contest'))),
  )
  app.get<{ Params: { id: string } }>('/api/contests/:id/candidates', ({ params }) =>
    readCached(cache, cached.candidates(readId(params.id, 'contest'))),
  )
}

/** What the cache keeps of a contest. */
export const contestObjects = (db: Db) => ({
  one: (id: number): Cached<Contest> => ({
    key: keys.contest(id),
    load: () => loadContest(db, id),
    ttl: ttl.contest,
    tags: [tags.contest(id)],
  }),
  candidates: (id: number): Cached<List<CandidateSummary>> => ({
    key: keys.candidates(id),
    load: () => listCandidates(db, id),
    ttl: ttl.candidates,
    tags: [tags.contest(id), tags.candidates(id)],
  }),
})

async function loadContest(db: Db, id: number): Promise<Contest> {
  const contest = await db
    .selectFrom('contests')
    .innerJoin('ballots', 'ballots.id', 'contests.ballot_id')
    .innerJoin('cities', 'cities.id', 'ballots.city_id')
    .select(['contests.id', 'contests.ballot_id as ballotId', 'contests.title', 'contests.office'])
    .select(['contests.district', 'contests.seats', 'contests.description'])
    .select(({ ref }) => [
      candidateCount().as('candidateCount'),
      cityReference().as('city'),
      jsonBuildObject({
        id: ref('ballots.id'),
        title: ref('ballots.title'),
        electionDate: electionDate(),
      }).as('ballot'),
    ])
    .where('contests.id', '=', id)
    .executeTakeFirst()
  if (!contest) throw notFound('contest')
  return contest
}

/** Without their statements, which are long and shown on a candidate's own page only. */
async function listCandidates(db: Db, contest: number): Promise<List<CandidateSummary>> {
  const data = await db
    .selectFrom('candidates')
    .select(['id', 'contest_id as contestId', 'name', 'affiliation', 'occupation', 'photo'])
    .select(answerCountOfCandidate().as('answerCount'))
    .where('contest_id', '=', contest)
    .orderBy('position')
    .execute()
  if (data.length === 0) await requireContest(db, contest)
  return { data }
}

/** @throws Problem 404 */
export async function requireContest(db: Db, id: number): Promise<void> {
  const { rows } = await sql`select 1 from contests where id = ${id}`.execute(db)
  if (rows.length === 0) throw notFound('contest')
}
