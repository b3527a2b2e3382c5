import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Ballot, BallotSummary, Candidate, City, Contest, List } from '../src/api/shapes.ts'
import type { CandidateSummary, Page, Question, QuestionWithAnswers } from '../src/api/shapes.ts'
import { startTestApp, type TestApp } from './harness.ts'

let app: TestApp
/** The contest with the most questions. */
let contest: number

beforeAll(async () => {
  app = await startTestApp()
  const busiest = await app.db
    .selectFrom('questions')
    .select('contest_id')
    .groupBy('contest_id')
    .orderBy(({ fn }) => fn.countAll(), 'desc')
    .executeTakeFirstOrThrow()
  contest = busiest.contest_id
})
afterAll(() => app.close())

const get = async <T>(path: string) => {
  const answer = await app.call<T>('GET', path)
  expect(answer.status).toBe(200)
  return answer.body
}

describe('the way from a city to a candidate', () => {
  test('can be walked by the ids that each answer gives', async () => {
    const cities = await get<List<City>>('/api/cities')
    expect(cities.data.map(({ population }) => population)).toEqual(
      cities.data.map(({ population }) => population).sort((a, b) => b - a),
    )
    const slug = cities.data[0]!.slug
    const city = await get<City>(`/api/cities/${slug}`)
    expect(city).toMatchObject({ ...cities.data[0], settings: { questionMaxLength: 500 } })

    const ballots = await get<List<BallotSummary>>(`/api/cities/${slug}/ballots`)
    expect(ballots.data).toHaveLength(city.ballotCount)
    const ballot = await get<Ballot>(`/api/ballots/${ballots.data[0]!.id}`)
    expect(ballot).toMatchObject({ ...ballots.data[0], city: { slug, name: city.name } })
    expect(ballot.electionDate).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(ballot.contests).toHaveLength(ballot.contestCount)

    const summary = ballot.contests[0]!
    const found = await get<Contest>(`/api/contests/${summary.id}`)
    expect(found).toMatchObject({ ...summary, city: { slug }, ballot: { id: ballot.id } })
    const candidates = await get<List<CandidateSummary>>(`/api/contests/${summary.id}/candidates`)
    expect(candidates.data).toHaveLength(summary.candidateCount)
    const candidate = await get<Candidate>(`/api/candidates/${candidates.data[0]!.id}`)
    expect(candidate).toMatchObject({ ...candidates.data[0], contest: { id: summary.id }, city: { slug } })
    expect(candidate.statement).not.toBe('')
    const photo = await app.call('GET', candidate.photo)
    expect(photo.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
    expect(photo.body).toMatch(/^<svg /)
  })

  test('lists carry no long texts', async () => {
    const { data } = await get<List<CandidateSummary>>(`/api/contests/${contest}/candidates`)
    expect(data[0]).not.toHaveProperty('statement')
    const questions = await get<Page<Question>>(`/api/contests/${contest}/questions`)
    expect(questions.data[0]).not.toHaveProperty('answers')
  })
})

describe('the questions of a contest', () => {
  const all = () =>
    app.db
      .selectFrom('questions')
      .selectAll()
      .where('contest_id', '=', contest)
      .where('status', '=', 'published')
      .execute()

  test('come by score, by age or by activity', async () => {
    const rows = await all()
    const ids = (by: (row: (typeof rows)[number]) => number) =>
      [...rows].sort((a, b) => by(b) - by(a) || b.id - a.id).map(({ id }) => id)
    const top = await get<Page<Question>>(`/api/contests/${contest}/questions?limit=50`)
    expect(top.data.map(({ id }) => id)).toEqual(ids((row) => row.score).slice(0, 50))
    const newest = await get<Page<Question>>(`/api/contests/${contest}/questions?sort=new&limit=50`)
    expect(newest.data.map(({ id }) => id)).toEqual(ids((row) => row.created_at.getTime()).slice(0, 50))
    const trending = await get<List<Question>>(`/api/contests/${contest}/questions/trending`)
    expect(trending.data.map(({ id }) => id)).toEqual(ids((row) => row.activity).slice(0, 10))
  })

  test('come in pages that join without gap or overlap', async () => {
    const total = (await all()).length
    const seen: number[] = []
    for (let page = 1, more = true; more; page++) {
      const path = `/api/contests/${contest}/questions?sort=new&page=${page}&limit=3`
      const { data, pagination } = await get<Page<Question>>(path)
      const totalPages = Math.ceil(total / 3)
      expect(pagination).toEqual({
        page,
        limit: 3,
        total,
        totalPages,
        hasNext: page < totalPages,
        hasPrev: page > 1,
      })
      seen.push(...data.map(({ id }) => id))
      more = pagination.hasNext
    }
    expect(new Set(seen).size).toBe(total)
    expect(seen).toHaveLength(total)
  })

  test('end in an empty page past the last', async () => {
    const { data, pagination } = await get<Page<Question>>(`/api/contests/${contest}/questions?page=9999`)
    expect(data).toEqual([])
    expect(pagination).toMatchObject({ hasNext: false, hasPrev: true })
  })

  test('show their author by first name and initial, and how many answers they have', async () => {
    const { data } = await get<Page<Question>>(`/api/contests/${contest}/questions?limit=50`)
    for (const question of data) {
      expect(question.author).toMatch(/^\S+ \p{Lu}\.$/u)
      const own = await get<QuestionWithAnswers>(`/api/questions/${question.id}`)
      expect(own).toMatchObject(question)
      expect(own.answers).toHaveLength(question.answerCount)
      for (const answer of own.answers)
        expect(answer.candidate.photo).toBe(`/api/candidates/${answer.candidate.id}/photo`)
    }
  })
})

describe('what there is not', () => {
  test.each(['ballots', 'contests', 'questions', 'candidates'])(
    '/api/%s/… answers 404 whatever the id',
    async (kind) => {
      for (const id of [
        '0',
        '-1',
        '1.5',
        '999999',
        '2147483647',
        '2147483648',
        '99999999999999999999',
        'x',
        '1e3',
        '%00',
        '+1',
        '01',
      ]) {
        const { status, body, headers } = await app.call('GET', `/api/${kind}/${id}`)
        expect([id, status]).toEqual([id, 404])
        expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
        expect(body).toMatchObject({ status: 404, title: 'Not Found' })
      }
    },
  )

  test.each([
    '/api/contests/999999/candidates',
    '/api/contests/999999/questions',
    '/api/contests/999999/questions/trending',
    '/api/contests/x/questions',
    '/api/cities/atlantis-xx',
    '/api/cities/atlantis-xx/ballots',
    '/api/cities/%F0%9F%8F%99',
    "/api/cities/'; drop table cities --",
    '/api/candidates/999999/photo',
    '/api/nothing',
    '/api',
    '/api/',
  ])('%s answers 404', async (path) => {
    expect((await app.call('GET', path)).status).toBe(404)
  })

  test.each([
    ['page', 'page=0'],
    ['page', 'page=-1'],
    ['page', 'page=two'],
    ['page', 'page=10001'],
    ['page', 'page=1&page=2'],
    ['limit', 'limit=0'],
    ['limit', 'limit=51'],
    ['limit', 'limit=1e1'],
    ['limit', 'limit='],
    ['sort', 'sort=worst'],
    ['sort', 'sort=top&sort=new'],
  ])('a %s that cannot be used is named: ?%s', async (field, query) => {
    const { status, body } = await app.call('GET', `/api/contests/${contest}/questions?${query}`)
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ field, message: expect.stringContaining('must be') }])
  })
})

describe('statements', () => {
  test('are three at most for every read, however many rows it has', async () => {
    const paths = [
      '/api/cities',
      '/api/ballots/1',
      `/api/contests/${contest}`,
      `/api/contests/${contest}/candidates`,
      `/api/contests/${contest}/questions?limit=49`,
      `/api/contests/${contest}/questions/trending`,
      '/api/questions/1',
      '/api/candidates/1',
    ]
    await app.hotpath.invalidate({ pattern: '*' })
    for (const path of paths) {
      const texts: string[] = []
      const note = (message: unknown) => texts.push((message as { text: string }).text)
      subscribe('hotpath:postgres:statement', note)
      await get(path)
      unsubscribe('hotpath:postgres:statement', note)
      expect(texts.length, path).toBeGreaterThan(0)
      expect(texts.length, path).toBeLessThanOrEqual(3)
    }
  })
})
