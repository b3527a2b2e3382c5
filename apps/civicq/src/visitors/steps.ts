import type { ScenarioBuilder, Step } from '@hotpath/load'
import type { routes } from '../../routes.ts'

/** Every request that visitors send. */
export interface Steps {
  login(email: string, password: string): Step
  cities(): Step
  city(slug: string): Step
  cityBallots(slug: string): Step
  ballot(id: number): Step
  contest(id: number): Step
  candidates(contest: number): Step
  candidate(id: number): Step
  questions(contest: number, sort: 'top' | 'new', page?: number): Step
  trending(contest: number): Step
  question(id: number): Step
  ownVotes(contest: number): Step
  vote(question: number, value: 1 | -1): Step
  ask(contest: number, text: string): Step
  answer(question: number, text: string): Step
  metrics(): Step
  moderate(question: number, status: 'published' | 'hidden'): Step
  purge(tags: readonly string[]): Step
}

/** The steps, typed by the application's own routes: one that is not declared does not compile. */
export function createSteps({ request }: ScenarioBuilder<typeof routes>): Steps {
  return {
    login: (email, password) => request('POST /api/auth/login', { json: { email, password } }),
    cities: () => request('GET /api/cities'),
    city: (slug) => request('GET /api/cities/:slug', { params: { slug } }),
    cityBallots: (slug) => request('GET /api/cities/:slug/ballots', { params: { slug } }),
    ballot: (id) => request('GET /api/ballots/:id', { params: { id } }),
    contest: (id) => request('GET /api/contests/:id', { params: { id } }),
    candidates: (id) => request('GET /api/contests/:id/candidates', { params: { id } }),
    candidate: (id) => request('GET /api/candidates/:id', { params: { id } }),
    questions: (id, sort, page = 1) =>
      request('GET /api/contests/:id/questions', { params: { id }, query: { sort, page, limit: 20 } }),
    trending: (id) => request('GET /api/contests/:id/questions/trending', { params: { id } }),
    question: (id) => request('GET /api/questions/:id', { params: { id } }),
    ownVotes: (contest) => request('GET /api/me/votes', { query: { contest } }),
    vote: (id, value) => request('POST /api/questions/:id/vote', { params: { id }, json: { value } }),
    ask: (id, text) =>
      request('POST /api/contests/:id/questions', { params: { id }, json: { text }, expect: 201 }),
    answer: (id, text) => request('POST /api/questions/:id/answers', { params: { id }, json: { text } }),
    metrics: () => request('GET /api/admin/metrics'),
    moderate: (id, status) => request('PATCH /api/admin/questions/:id', { params: { id }, json: { status } }),
    purge: (tags) => request('POST /api/admin/cache/purge', { json: { tags } }),
  }
}
