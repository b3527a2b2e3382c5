import { coreErrors } from '@hotpath/core'
import { expect, test } from 'vitest'
import { checkReadiness } from '../src/readiness.ts'

const fails = (error: unknown) => async () => {
  throw error
}
const never = () => new Promise<void>(() => {})

test('is ready when every check resolves, and when there is nothing to check', async () => {
  expect(await checkReadiness({ database: async () => {}, redis: async () => {} })).toEqual({
    ready: true,
    checks: { database: 'ok', redis: 'ok' },
  })
  expect(await checkReadiness({})).toEqual({ ready: true, checks: {} })
})

test('is not ready when one fails, and says which and why', async () => {
  const checks = { database: fails(new Error('the server is starting up')), redis: async () => {} }
  expect(await checkReadiness(checks)).toEqual({
    ready: false,
    checks: { database: 'the server is starting up', redis: 'ok' },
  })
})

test('a check that never answers fails after its time, and holds up no other', async () => {
  expect(await checkReadiness({ stuck: never, quick: async () => {} }, '20ms')).toEqual({
    ready: false,
    checks: { stuck: 'no answer within 20ms', quick: 'ok' },
  })
})

test('a check that throws before it returns a promise fails like any other', async () => {
  const thrower = () => {
    throw new Error('no client')
  }
  expect((await checkReadiness({ thrower })).checks).toEqual({ thrower: 'no client' })
})

test('a check that fails after its time disturbs nobody', async () => {
  const { promise, reject } = Promise.withResolvers<void>()
  const late = () => promise
  const result = await checkReadiness({ late }, '1ms')
  reject(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(result.ready).toBe(false)
})

test.each<[unknown, string]>([
  [new Error('cannot reach postgres://ann:s3cr3t@db:5432/shop'), 'cannot reach postgres://***@db:5432/shop'],
  [new Error('cannot reach redis://:s3/cr@t@cache:6379'), 'cannot reach redis://***@cache:6379'],
  [new Error('refused: password=s3cr3t host=db'), 'refused: password=*** host=db'],
  [new Error('refused: {"token": "s3cr3t"}'), 'refused: {"token": ***'],
  [new Error('Authorization: Bearer s3cr3t was refused'), 'Authorization: *** was refused'],
  [new Error('first line\n    at secret (/srv/app.js)'), 'first line'],
  [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new Error('x'.repeat(500)), 'x'.repeat(200)],
  [coreErrors.HP_DURATION_INVALID({ given: '5 parsecs' }), '5 parsecs is not a duration.'],
  ['a plain string', 'a plain string'],
  [undefined, 'undefined'],
  ['', 'failed without saying why'],
])('tells %s as: %s', async (error, told) => {
  expect((await checkReadiness({ check: fails(error) })).checks).toEqual({ check: told })
})
