import type { FastifyInstance } from 'fastify'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { keys, tags, ttl } from '../cache-keys.ts'
import { type Cached, readCached } from '../cached.ts'
import { readId } from '../fields.ts'
import { notFound } from '../problem.ts'
import type { Db } from '../schema.ts'
import { candidateCount, cityReference, contestCount, electionDate } from './columns.ts'
import type { ApiContext } from './context.ts'
import type { Ballot } from './shapes.ts'

/** A ballot with its contests. */
export function ballotRoutes(app: FastifyInstance, { db, cache }: ApiContext): void {
  app.get<{ Params: { id: string } }>('/api/ballots/:id', ({ params }) =>
    readCached(cache, ballotObject(db, readId(params.id, 'ballot'))),
  )
}

/** What the cache keeps of a ballot. */
export const ballotObject = (db: Db, id: number): Cached<Ballot> => ({
  key: keys.ballot(id),
  load: () => loadBallot(db, id),
  ttl: ttl.ballot,
  tags: [tags.ballot(id)],
})

/** One statement: the contests come with it as JSON. */
async function loadBallot(db: Db, id: number): Promise<Ballot> {
  const ballot = await db
    .selectFrom('ballots')
    .innerJoin('cities', 'cities.id', 'ballots.city_id')
    .select([
      'ballots.id',
      'ballots.city_id as cityId',
      'ballots.title',
      'ballots.kind',
      'ballots.description',
    ])
    .select([
      electionDate().as('electionDate'),
      contestCount().as('contestCount'),
      cityReference().as('city'),
    ])
    .select(({ selectFrom }) =>
      jsonArrayFrom(
        selectFrom('contests')
          .select(['id', 'ballot_id as ballotId', 'title', 'office', 'district', 'seats'])
          .select(candidateCount().as('candidateCount'))
          .whereRef('contests.ballot_id', '=', 'ballots.id')
          .orderBy('position'),
      ).as('contests'),
    )
    .where('ballots.id', '=', id)
    .executeTakeFirst()
  if (!ballot) throw notFound('ballot')
  return ballot
}
