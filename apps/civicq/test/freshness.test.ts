import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, Page, Question, QuestionWithAnswers } from '../src/api/shapes.ts'
import { type Answer, openQuestion, startTestApp, type TestApp } from './harness.ts'

let app: TestApp
let contest: number
let question: number
let voters: number[]

beforeAll(async () => {
  app = await startTestApp()
  ;({ question, contest, voters } = await openQuestion(app.db))
})
afterAll(async () => {
  expect(app.faults).toEqual([])
  await app.close()
})

const cacheStatus = ({ headers }: Answer<unknown>) => headers.get('cache-status') ?? ''
const vote = (user: number, value: 1 | 0 | -1) =>
  app.call('POST', `/api/questions/${question}/vote`, { json: { value }, token: app.tokenFor(user) })

/** Every answer that shows the question's score. */
const views = () => ({
  [`/api/contests/${contest}/questions?sort=top&limit=50`]: inList,
  [`/api/contests/${contest}/questions?sort=new&limit=50`]: inList,
  [`/api/contests/${contest}/questions/trending`]: inList,
  [`/api/questions/${question}`]: (body: unknown) => (body as QuestionWithAnswers).score,
})
const inList = (body: unknown) =>
  (body as List<Question> | Page<Question>).data.find(({ id }) => id === question)!.score

describe('a read', () => {
  test('is answered from the cache the second time, with the same bytes', async () => {
    await app.hotpath.invalidate({ pattern: '*' })
    for (const path of [
      '/api/cities',
      '/api/ballots/1',
      '/api/candidates/1/photo',
      ...Object.keys(views()),
    ]) {
      const [first, second] = [await app.call('GET', path), await app.call('GET', path)]
      expect(cacheStatus(first), path).toContain('fwd=miss')
      expect(cacheStatus(second), path).toContain('hit')
      expect(second.body).toEqual(first.body)
    }
  })

  test('is answered from the cache for those who are signed in too', async () => {
    const path = `/api/contests/${contest}`
    await app.call('GET', path)
    expect(cacheStatus(await app.call('GET', path, { token: app.tokenFor(voters[0]!) }))).toContain('hit')
  })

  test('is answered 304 when nothing changed since', async () => {
    const { headers } = await app.call('GET', '/api/ballots/1')
    const again = await app.call('GET', '/api/ballots/1', {
      headers: { 'if-none-match': headers.get('etag')! },
    })
    expect(again.status).toBe(304)
    expect(again.body).toBe('')
  })

  test('of what belongs to one voter is stored nowhere', async () => {
    const path = `/api/me/votes?contest=${contest}`
    for (let time = 0; time < 2; time++) {
      const answer = await app.call('GET', path, { token: app.tokenFor(voters[0]!) })
      expect(answer.status).toBe(200)
      expect(cacheStatus(answer)).not.toContain('hit')
    }
    expect((await app.call('GET', path)).status).toBe(401)
  })
})

describe('a vote', () => {
  test('shows in every list at the next read, all of which were cached', async () => {
    for (const value of [1, -1, 0] as const) {
      for (const path of Object.keys(views())) await app.call('GET', path)
      const { body } = await vote(voters[0]!, value)
      for (const [path, scoreIn] of Object.entries(views())) {
        expect(scoreIn((await app.call('GET', path)).body), path).toBe(body.score)
      }
    }
  })

  test('leaves the answers of other contests in the cache', async () => {
    const { id: other } = await app.db
      .selectFrom('contests')
      .select('id')
      .where('id', '<>', contest)
      .executeTakeFirstOrThrow()
    const path = `/api/contests/${other}/questions`
    await app.call('GET', path)
    await vote(voters[0]!, 1)
    expect(cacheStatus(await app.call('GET', path))).toContain('hit')
    await vote(voters[0]!, 0)
  })

  test('is never missing from a read that begins after it was answered, while many read and vote', async () => {
    const { body } = await vote(voters[0]!, 0)
    let acknowledged = body.score as number
    const over = new AbortController()
    let reads = 0
    const stale: string[] = []
    const reader = async (path: string, scoreIn: (body: unknown) => number) => {
      while (!over.signal.aborted) {
        const least = acknowledged
        const seen = scoreIn((await app.call('GET', path)).body)
        reads++
        if (seen < least) stale.push(`${path}: ${seen} after ${least} was acknowledged`)
      }
    }
    // Votes only go up here, so that a lower score than one acknowledged before the read began is a stale one.
    const readers = Object.entries(views()).flatMap(([path, scoreIn]) => [
      reader(path, scoreIn),
      reader(path, scoreIn),
    ])
    for (const user of voters.slice(0, 40)) {
      const { status, body: result } = await vote(user, 1)
      expect(status).toBe(200)
      acknowledged = result.score
    }
    over.abort()
    await Promise.all(readers)
    expect(stale).toEqual([])
    expect(reads).toBeGreaterThan(40)
  })
})

test('with the layer off nothing is cached, and the answers are the same', async () => {
  const off = await startTestApp({ environment: { HOTPATH: 'off' } })
  try {
    for (const path of ['/api/cities', '/api/ballots/1', '/api/contests/2/questions', '/api/candidates/3']) {
      const [plain, layered] = [await off.call('GET', path), await app.call('GET', path)]
      expect(plain.body).toEqual(layered.body)
      expect(plain.headers.get('cache-status')).toBeNull()
    }
    const { cache } = off.hotpath.snapshot()
    expect([cache.http.entries, cache.objects[0]!.entries]).toEqual([0, 0])
  } finally {
    await off.close()
  }
})
