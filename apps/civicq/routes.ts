import { route } from '@hotpath/app'
import { staleFor as stale, tags, ttl } from './src/cache-keys.ts'

/** What every read and every write promises. */
const read = 'p95 < 200ms'
const write = 'p95 < 500ms'

/** Every route of the API: how long it stays fresh, what it depends on, how fast it must be. */
export const routes = [
  route('GET /api/cities', { fresh: ttl.city, stale, tags: () => [tags.cities()], budget: read }),
  route('GET /api/cities/:slug', {
    fresh: ttl.city,
    stale,
    tags: ({ slug }) => [tags.city(slug)],
    budget: read,
  }),
  route('GET /api/cities/:slug/ballots', {
    fresh: ttl.ballot,
    stale,
    tags: ({ slug }) => [tags.city(slug)],
    budget: read,
  }),
  route('GET /api/ballots/:id', {
    fresh: ttl.ballot,
    stale,
    tags: ({ id }) => [tags.ballot(id)],
    budget: read,
  }),
  route('GET /api/contests/:id', {
    fresh: ttl.contest,
    stale,
    tags: ({ id }) => [tags.contest(id)],
    budget: read,
  }),
  route('GET /api/contests/:id/candidates', {
    fresh: ttl.candidates,
    stale,
    tags: ({ id }) => [tags.contest(id), tags.candidates(id)],
    budget: read,
  }),
  route('GET /api/contests/:id/questions', {
    fresh: ttl.questions,
    stale,
    tags: ({ id }) => [tags.contest(id), tags.questions(id)],
    budget: read,
  }),
  route('GET /api/contests/:id/questions/trending', {
    fresh: ttl.trending,
    stale,
    tags: ({ id }) => [tags.contest(id), tags.questions(id)],
    budget: read,
  }),
  route('GET /api/questions/:id', {
    fresh: ttl.questions,
    stale,
    tags: ({ id }) => [tags.question(id)],
    budget: read,
  }),
  route('GET /api/candidates/:id', {
    fresh: ttl.candidates,
    stale,
    tags: ({ id }) => [tags.candidate(id)],
    budget: read,
  }),
  route('GET /api/candidates/:id/photo', {
    fresh: ttl.photo,
    stale,
    browser: ttl.photo,
    tags: ({ id }) => [tags.candidate(id)],
    budget: read,
  }),
  route('GET /api/me/votes', { visibility: 'private', budget: read }),
  route('GET /api/admin/metrics', { visibility: 'private', budget: read }),
  route('POST /api/auth/login', { budget: write }),
  route('POST /api/contests/:id/questions', { budget: write }),
  route('POST /api/questions/:id/vote', { budget: write }),
  route('POST /api/questions/:id/answers', { budget: write }),
  route('PATCH /api/admin/questions/:id', { budget: write }),
  route('POST /api/admin/cache/purge', { budget: write }),
] as const
