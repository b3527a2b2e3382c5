import type { FastifyInstance } from 'fastify'
import { keys, tags, ttl } from '../cache-keys.ts'
import { type Cached, readCached } from '../cached.ts'
import { readSlug } from '../fields.ts'
import { notFound } from '../problem.ts'
import type { Db } from '../schema.ts'
import { ballotCount, contestCount, electionDate } from './columns.ts'
import type { ApiContext } from './context.ts'
import type { BallotSummary, City, CitySummary, List } from './shapes.ts'

/** Cities, their settings and their ballots. */
export function cityRoutes(app: FastifyInstance, { db, cache }: ApiContext): void {
  const cached = cityObjects(db)
  app.get('/api/cities', () => readCached(cache, cached.all()))
  app.get<{ Params: { slug: string } }>('/api/cities/:slug', ({ params }) =>
    readCached(cache, cached.one(readSlug(params.slug, 'city'))),
  )
  app.get<{ Params: { slug: string } }>('/api/cities/:slug/ballots', ({ params }) =>
    readCached(cache, cached.ballots(readSlug(params.slug, 'city'))),
  )
}

/** What the cache keeps of cities. */
export const cityObjects = (db: Db) => ({
  all: (): Cached<List<CitySummary>> => ({
    key: keys.cities(),
    load: () => listCities(db),
    ttl: ttl.city,
    tags: [tags.cities()],
  }),
  one: (slug: string): Cached<City> => ({
    key: keys.city(slug),
    load: () => loadCity(db, slug),
    ttl: ttl.city,
    tags: [tags.city(slug)],
  }),
  ballots: (slug: string): Cached<List<BallotSummary>> => ({
    key: keys.cityBallots(slug),
    load: () => listBallots(db, slug),
    ttl: ttl.ballot,
    tags: [tags.city(slug)],
  }),
})

const summary = ['id', 'slug', 'name', 'state', 'population'] as const

async function listCities(db: Db): Promise<List<CitySummary>> {
  const cities = db.selectFrom('cities').select([...summary, ballotCount().as('ballotCount')])
  return { data: await cities.orderBy('population', 'desc').orderBy('id').execute() }
}

async function loadCity(db: Db, slug: string): Promise<City> {
  const city = await db
    .selectFrom('cities')
    .select([...summary, 'settings', ballotCount().as('ballotCount')])
    .where('slug', '=', slug)
    .executeTakeFirst()
  if (!city) throw notFound('city')
  return city
}

async function listBallots(db: Db, slug: string): Promise<List<BallotSummary>> {
  const city = await db.selectFrom('cities').select('id').where('slug', '=', slug).executeTakeFirst()
  if (!city) throw notFound('city')
  const data = await db
    .selectFrom('ballots')
    .select(['id', 'city_id as cityId', 'title', 'kind'])
    .select([electionDate().as('electionDate'), contestCount().as('contestCount')])
    .where('city_id', '=', city.id)
    .orderBy('election_date')
    .orderBy('id')
    .execute()
  return { data }
}
