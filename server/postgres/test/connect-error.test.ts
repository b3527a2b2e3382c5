import { describe, expect, test } from 'vitest'
import { explainConnectError } from '../src/connect-error.ts'
import { postgresErrors } from '../src/errors.ts'

const target = { host: 'db', port: 5432, user: 'alice', database: 'civicq' }
const explain = (message: string, code?: string) =>
  explainConnectError(Object.assign(new Error(message), { code }), target)

describe('a connection that could not be made', () => {
  test.each([
    ['ECONNREFUSED', 'no server listens there'],
    ['ENOTFOUND', 'the host name is unknown'],
    ['EHOSTUNREACH', 'EHOSTUNREACH'],
  ])('for %s says %s', (code, problem) => {
    const error = explain('', code)
    expect(error).toMatchObject({ code: 'HP_DATABASE_UNREACHABLE' })
    expect(error.message).toContain(`db:5432: ${problem}`)
  })

  test.each(['timeout expired', 'Connection terminated due to connection timeout'])(
    'calls "%s" by its option',
    (text) => {
      expect(explain(text).message).toContain('it did not answer within connectTimeout')
    },
  )

  test('because of TLS points at sslmode', () => {
    const error = explain('The server does not support SSL connections')
    expect(error).toMatchObject({ code: 'HP_DATABASE_REFUSED', fix: 'Correct sslmode in the database URL.' })
  })

  test('keeps an error that already says what happened', () => {
    const closed = postgresErrors.HP_DATABASE_CLOSED()
    expect(explainConnectError(closed, target)).toBe(closed)
  })
})
