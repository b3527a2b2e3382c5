import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  Answer,
  CandidateSummary,
  List,
  Login,
  Page,
  Question,
  QuestionWithAnswers,
  Role,
} from '../src/api/shapes.ts'
import { openQuestion, reference, startTestApp, type TestApp } from './harness.ts'

let app: TestApp
let now = reference.getTime()
let question: number
let contest: number
/** Ids of voters who have no vote yet on `question`. */
let voters: number[]

beforeAll(async () => {
  app = await startTestApp({ clock: () => now })
  ;({ question, contest, voters } = await openQuestion(app.db))
})
afterAll(async () => {
  expect(app.faults).toEqual([])
  await app.close()
})

const vote = (token: string) =>
  app.call('POST', `/api/questions/${question}/vote`, { json: { value: 1 }, token })

describe('signing in', () => {
  const login = (json: unknown) => app.call<Login & { detail: string }>('POST', '/api/auth/login', { json })

  test.each([
    ['voter-1@civicq.example', 'voter'],
    ['VOTER-20@civicq.example', 'voter'],
    ['candidate-1@civicq.example', 'candidate'],
    ['admin@civicq.example', 'administrator'],
  ])('works for %s', async (email, role) => {
    const { status, body, headers } = await login({ email, password: 'civicq-demo' })
    expect(status).toBe(200)
    expect(body.user).toMatchObject({ email: email.toLowerCase(), role })
    expect(body.user.candidateId === null).toBe(role !== 'candidate')
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(now)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(JSON.stringify(body)).not.toContain('scrypt')
  })

  test('says the same of an unknown address, a wrong password and an account that cannot sign in', async () => {
    const answers = [
      await login({ email: 'nobody@civicq.example', password: 'civicq-demo' }),
      await login({ email: 'voter-1@civicq.example', password: 'civicq-dem0' }),
      await login({ email: 'resident-40@civicq.example', password: 'civicq-demo' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  test.each([
    ['email', { password: 'x' }],
    ['email', { email: 7, password: 'x' }],
    ['password', { email: 'a@b.c' }],
    ['password', { email: 'a@b.c', password: '' }],
    ['password', { email: 'a@b.c', password: 'x'.repeat(201) }],
  ])('names the field %s of %j', async (field, json) => {
    const { status, body } = await login(json)
    expect(status).toBe(400)
    expect(body).toMatchObject({ errors: [{ field }] })
  })
})

describe('asking', () => {
  const ask = (text: unknown, token = app.tokenFor(voters[0]!), id: unknown = contest) =>
    app.call<Question>('POST', `/api/contests/${String(id)}/questions`, { json: { text }, token })

  test('puts the question first among the new ones, at once', async () => {
    const newest = () =>
      app.call<Page<Question>>('GET', `/api/contests/${contest}/questions?sort=new&limit=1`)
    const { total } = (await newest()).body.pagination
    const { status, body, headers } = await ask('  Who empties the bins on Sundays?\u00a0🗑  ')
    expect(status).toBe(201)
    expect(body).toMatchObject({ contestId: contest, score: 0, answerCount: 0 })
    expect(body.text).toBe('Who empties the bins on Sundays?\u00a0🗑')
    expect(headers.get('location')).toBe(`/api/questions/${body.id}`)
    const after = (await newest()).body
    expect(after.data[0]).toEqual(body)
    expect(after.pagination.total).toBe(total + 1)
  })

  test.each([
    ['nothing', undefined],
    ['a number', 12],
    ['spaces', ' '.repeat(50)],
    ['nine characters', 'a'.repeat(9)],
    ['501 characters', 'a'.repeat(501)],
    ['a NUL', 'Why is this here \u0000 at all?'],
    ['half an emoji', 'Why is this here \ud83d at all?'],
  ])('refuses %s', async (_, text) => {
    const { status, body } = await ask(text)
    expect(status).toBe(400)
    expect(body).toMatchObject({ errors: [{ field: 'text' }] })
  })

  test('counts characters, not their halves', async () => {
    expect((await ask('🚲'.repeat(500))).status).toBe(201)
    expect((await ask('🚲'.repeat(501))).status).toBe(400)
  })

  test('refuses what nobody could see', async () => {
    expect((await ask('\u200b'.repeat(40))).status).toBe(400)
  })

  test('answers 404 for a contest that there is not, 409 after the city stopped taking questions', async () => {
    expect((await ask('Is anybody there at all?', undefined, 999_999)).status).toBe(404)
    now += 400 * 86_400_000
    expect((await ask('Is it too late to ask this?', app.tokenFor(voters[0]!))).status).toBe(409)
    now = reference.getTime()
  })
})

describe('answering', () => {
  const answer = (text: unknown, token: string, id = question) =>
    app.call<Answer>('POST', `/api/questions/${id}/answers`, { json: { text }, token })
  const account = async (inContest: boolean) => {
    const { user_id: id } = await app.db
      .selectFrom('candidates')
      .select('user_id')
      .where('user_id', 'is not', null)
      .where('contest_id', inContest ? '=' : '<>', contest)
      .executeTakeFirstOrThrow()
    return app.tokenFor(id!, 'candidate')
  }

  test('shows at once with the question, and again replaces the text', async () => {
    const token = await account(true)
    await app.db.deleteFrom('answers').where('question_id', '=', question).execute()
    await app.hotpath.invalidate({ pattern: '*' })
    const first = await answer('No.', token)
    expect(first.status).toBe(201)
    const second = await answer('Yes, after all.', token)
    expect(second.status).toBe(200)
    expect(second.body.id).toBe(first.body.id)
    const { body } = await app.call<QuestionWithAnswers>('GET', `/api/questions/${question}`)
    expect(body.answers).toEqual([second.body])
    expect(body.answerCount).toBe(1)
  })

  test('is for candidates of the contest', async () => {
    expect((await answer('Me too.', await account(false))).status).toBe(403)
    expect((await answer('Me too.', app.tokenFor(voters[0]!))).status).toBe(403)
    expect((await answer('Me too.', await account(true), 999_999)).status).toBe(404)
  })
})

describe('who may what', () => {
  const writes: { what: string; path: () => string; json?: unknown; role: Role }[] = [
    { what: 'POST', path: () => `/api/questions/${question}/vote`, json: { value: 1 }, role: 'voter' },
    {
      what: 'POST',
      path: () => `/api/contests/${contest}/questions`,
      json: { text: 'May I ask this or not?' },
      role: 'voter',
    },
    {
      what: 'POST',
      path: () => `/api/questions/${question}/answers`,
      json: { text: 'Yes.' },
      role: 'candidate',
    },
    {
      what: 'PATCH',
      path: () => `/api/admin/questions/${question}`,
      json: { status: 'published' },
      role: 'administrator',
    },
    { what: 'POST', path: () => '/api/admin/cache/purge', json: { tags: ['x'] }, role: 'administrator' },
    { what: 'GET', path: () => '/api/admin/metrics', role: 'administrator' },
  ]

  test.each(writes)(
    '$what of $role: 401 for strangers, 403 for other roles',
    async ({ what, path, json, role }) => {
      const call = (token?: string) =>
        app.call(what, path(), { ...(json !== undefined && { json }), ...(token !== undefined && { token }) })
      const stranger = await call()
      expect(stranger.status).toBe(401)
      expect(stranger.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect((await call('nonsense')).status).toBe(401)
      for (const other of ['voter', 'candidate', 'administrator'] as const) {
        if (other !== role) expect((await call(app.tokenFor(voters[0]!, other))).status).toBe(403)
      }
    },
  )

  test('a token stops being accepted when its time is up', async () => {
    const token = app.tokenFor(voters[0]!)
    now += 12 * 3_600_000
    expect((await vote(token)).status).toBe(401)
    now = reference.getTime()
  })

  test('the token of an account that is gone is refused', async () => {
    expect((await vote(app.tokenFor(1_000_000))).status).toBe(401)
  })
})

describe('administrators', () => {
  const token = () => app.tokenFor(1, 'administrator')

  test('hide a question from every list, and bring it back', async () => {
    const path = `/api/admin/questions/${question}`
    const answers = async () =>
      (await app.call<List<CandidateSummary>>('GET', `/api/contests/${contest}/candidates`)).body.data.reduce(
        (sum, { answerCount }) => sum + answerCount,
        0,
      )
    const before = await answers()
    const { answerCount } = (await app.call<Question>('GET', `/api/questions/${question}`)).body
    expect(answerCount).toBeGreaterThan(0)
    const listed = async () => {
      const lists = await Promise.all(
        ['questions?limit=50', 'questions?sort=new&limit=50'].map((list) =>
          app.call<Page<Question>>('GET', `/api/contests/${contest}/${list}`),
        ),
      )
      return lists.map(({ body }) => body.data.some(({ id }) => id === question))
    }
    expect(await listed()).toEqual([true, true])
    const hidden = await app.call('PATCH', path, { json: { status: 'hidden' }, token: token() })
    expect(hidden.body).toEqual({ id: question, contestId: contest, status: 'hidden' })
    expect(await listed()).toEqual([false, false])
    expect(await answers()).toBe(before - answerCount)
    expect((await app.call('GET', `/api/questions/${question}`)).status).toBe(404)
    expect((await vote(app.tokenFor(voters[0]!))).status).toBe(404)
    await app.call('PATCH', path, { json: { status: 'published' }, token: token() })
    expect(await listed()).toEqual([true, true])
    expect(await answers()).toBe(before)
  })

  test('see the figures of the API and of the caches', async () => {
    const { status, body } = await app.call('GET', '/api/admin/metrics', { token: token() })
    expect(status).toBe(200)
    expect(body).toMatchObject({ api: expect.any(Object), cache: expect.any(Object) })
  })

  test.each([[{}], [{ tags: 'x' }], [{ tags: [1] }], [{ tags: [''] }], [{ pattern: '' }], [{ pattern: 5 }]])(
    'are told what is wrong with the purge %j',
    async (json) => {
      expect((await app.call('POST', '/api/admin/cache/purge', { json, token: token() })).status).toBe(400)
    },
  )

  test('purge by tag and by pattern what was changed behind the application', async () => {
    const name = async () => (await app.call('GET', '/api/candidates/1')).body.name
    const before = await name()
    for (const purge of [{ tags: ['candidate:1'] }, { pattern: '*candidate*' }]) {
      const changed = `${before} ${JSON.stringify(purge).length}`
      await app.db.updateTable('candidates').set({ name: changed }).where('id', '=', 1).execute()
      expect(await name()).not.toBe(changed)
      const { status, body } = await app.call('POST', '/api/admin/cache/purge', {
        json: purge,
        token: token(),
      })
      expect([status, body]).toEqual([200, { purged: purge }])
      expect(await name()).toBe(changed)
    }
  })
})
