import { expect, test } from 'vitest'
import { noAnswer } from '../src/no-answer.ts'

const thrown = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'HP_SERVER_UNTRUSTED'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'HP_SERVER_UNTRUSTED'],
  ['ECONNREFUSED', 'HP_SERVER_UNREACHABLE'],
])('a server whose certificate is refused is not said to be away: %s', (problem, code) => {
  const error = noAnswer('https://shop.test', thrown(problem), 10_000)
  expect(error.code).toBe(code)
  expect(error.what).toContain(`https://shop.test`)
  expect(error.what).toContain(problem)
})

test('a server that is silent is said to be, with how long it was waited for', () => {
  const error = noAnswer('http://shop.test', new DOMException('', 'TimeoutError'), 10_000)
  expect(error.what).toContain('no answer within 10 s')
})
