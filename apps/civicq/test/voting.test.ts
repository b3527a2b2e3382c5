import { afterAll, beforeAll, expect, test } from 'vitest'
import type { List, OwnVote, Question } from '../src/api/shapes.ts'
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

const score = async () => (await app.call<Question>('GET', `/api/questions/${question}`)).body.score
const vote = (value: unknown, token?: string) =>
  app.call('POST', `/api/questions/${question}/vote`, {
    json: { value },
    ...(token !== undefined && { token }),
  })
const nextVoter = () => app.tokenFor(voters.pop()!)

test('a vote changes the score at once, and again, and back', async () => {
  const before = await score()
  const token = nextVoter()
  for (const [value, expected] of [
    [1, before + 1],
    [-1, before - 1],
    [0, before],
  ] as const) {
    const { status, body } = await vote(value, token)
    expect(status).toBe(200)
    expect(body).toEqual({ questionId: question, value, score: expected })
    expect(await score()).toBe(expected)
  }
})

test('twice the same vote is the same as once', async () => {
  const before = await score()
  const token = nextVoter()
  for (let time = 0; time < 3; time++) expect((await vote(1, token)).body.score).toBe(before + 1)
  expect((await vote(0, token)).body.score).toBe(before)
  expect((await vote(0, token)).body.score).toBe(before)
})

test('fifty voters at once, each three times, add up to fifty', async () => {
  const before = await score()
  const tokens = Array.from({ length: 50 }, nextVoter)
  const answers = await Promise.all([...tokens, ...tokens, ...tokens].map((token) => vote(1, token)))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(await score()).toBe(before + 50)
  expect(Math.max(...answers.map(({ body }) => body.score))).toBe(before + 50)
  const { score: summed } = await app.db
    .selectFrom('question_votes')
    .select(({ fn, cast }) => cast<number>(fn.sum('value'), 'integer').as('score'))
    .where('question_id', '=', question)
    .executeTakeFirstOrThrow()
  expect(summed).toBe(before + 50)
})

test('one voter who cannot decide leaves a score that is still the sum of the votes', async () => {
  const token = nextVoter()
  await Promise.all(Array.from({ length: 30 }, (_, at) => vote([1, -1, 0][at % 3], token)))
  const stored = await app.db
    .selectFrom('questions')
    .innerJoin('question_votes', 'question_id', 'questions.id')
    .select(['score', 'activity'])
    .select(({ fn, cast }) => cast<number>(fn.sum('value'), 'integer').as('sum'))
    .where('questions.id', '=', question)
    .groupBy('questions.id')
    .executeTakeFirstOrThrow()
  expect(stored.score).toBe(stored.sum)
})

test('a vote makes a question trend, and taking the vote back undoes that', async () => {
  const activity = async () =>
    (
      await app.db
        .selectFrom('questions')
        .select('activity')
        .where('id', '=', question)
        .executeTakeFirstOrThrow()
    ).activity
  const before = await activity()
  now += 4 * 86_400_000
  const token = nextVoter()
  await vote(1, token)
  // Two half-lives past the reference a vote weighs four times as much.
  expect(await activity()).toBeCloseTo(before + 4, 6)
  await vote(0, token)
  expect(await activity()).toBeCloseTo(before, 6)
  now = reference.getTime()
})

test('a vote is remembered for the voter and nobody else', async () => {
  const [mine, others] = [nextVoter(), nextVoter()]
  await vote(-1, mine)
  const own = (token: string) => app.call<List<OwnVote>>('GET', `/api/me/votes?contest=${contest}`, { token })
  const answer = await own(mine)
  expect(answer.body.data).toContainEqual({ questionId: question, value: -1 })
  expect(answer.headers.get('cache-control')).toContain('private')
  expect((await own(others)).body.data).not.toContainEqual({ questionId: question, value: -1 })
  expect((await own(mine)).body.data).toContainEqual({ questionId: question, value: -1 })
})

test.each([['1'], [2], [0.5], [null], [true], [[1]], [{}]])(
  'the value %j is refused and named',
  async (value) => {
    const { status, body } = await vote(value, app.tokenFor(voters[0]!))
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ field: 'value' }])
  },
)
