import { route } from '@hotpath/app'
import { staleFor, tags, ttl } from './src/cache-keys.ts'

/** What every read and every write promises. */
const read = 'p95 < 200ms'
const write = 'p95 < 500ms'

/** What everybody may look at; replicas may answer. */
const reading = { stale: staleFor, replica: true, budget: read } as const

/** Every route of the API: how long it stays fresh, what it depends on, how fast it must be. */
export const routes = [
  route('GET /api/cities', {
    ...reading,
    fresh: ttl.city,
    tags: () => [tags.cities()],
  }),
  route('GET /api/cities/:slug', {
    ...reading,
    fresh: ttl.city,
    tags: ({ slug }) => [tags.city(slug)],
  }),
  route('GET /api/cities/:slug/ballots', {
    ...reading,
    fresh: ttl.ballot,
    tags: ({ slug }) => [tags.city(slug)],
  }),
  route('GET /api/ballots/:id', {
    ...reading,
    fresh: ttl.ballot,
    tags: ({ id }) => [tags.ballot(id)],
  }),
  route('GET /api/contests/:id', {
    ...reading,
    fresh: ttl.contest,
    tags: ({ id }) => [tags.contest(id)],
  }),
  route('GET /api/contests/:id/candidates', {
    ...reading,
    fresh: ttl.candidates,
    tags: ({ id }) => [tags.contest(id), tags.candidates(id)],
  }),
  route('GET /api/contests/:id/questions', {
    ...reading,
    fresh: ttl.questions,
    tags: ({ id }) => [tags.contest(id), tags.questions(id)],
  }),
  route('GET /api/contests/:id/questions/trending', {
    ...reading,
    fresh: ttl.trending,
    tags: ({ id }) => [tags.contest(id), tags.questions(id)],
  }),
  route('GET /api/questions/:id', {
    ...reading,
    fresh: ttl.questions,
    tags: ({ id }) => [tags.question(id)],
  }),
  route('GET /api/candidates/:id', {
    ...reading,
    fresh: ttl.candidates,
    tags: ({ id }) => [tags.candidate(id)],
  }),
  route('GET /api/candidates/:id/photo', {
    ...reading,
    fresh: ttl.photo,
    browser: ttl.photo,
    tags: ({ id }) => [tags.candidate(id)],
  }),
  route('GET /api/me/votes', { visibility: 'private', replica: true, cancelStatements: true, budget: read }),
  route('GET /api/admin/metrics', { visibility: 'private', budget: read }),
  route('POST /api/auth/login', { budget: write }),
  route('POST /api/contests/:id/questions', { budget: write }),
  route('POST /api/questions/:id/vote', { budget: write }),
  route('POST /api/questions/:id/answers', { budget: write }),
  route('PATCH /api/admin/questions/:id', { budget: write }),
  route('POST /api/admin/cache/purge', { budget: write }),
] as const
