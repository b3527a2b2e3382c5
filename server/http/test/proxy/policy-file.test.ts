import { describeRoute } from '@hotpath/http'
import { readPolicyFile } from '@hotpath/http/proxy'
import { expect, test } from 'vitest'

const policy = (rules: object) => JSON.stringify({ routes: rules }, null, 2)

test('a rule of a policy says what the same route option says', () => {
  const { routes } = readPolicyFile(
    policy({
      'GET /api/items/:id': { fresh: '1h', stale: '1d', browser: '5m', tags: ['item:{id}', 'items'] },
      'GET /account/:page': { visibility: 'private' },
    }),
    'policy.json',
  )
  expect(routes.map(describeRoute)).toMatchObject([
    {
      headers: {
        'cdn-cache-control': 'max-age=3600, stale-while-revalidate=86400',
        'cache-control': 'max-age=300',
      },
      tags: ['item:{id}', 'items'],
    },
    { headers: { 'cache-control': 'private, no-store' } },
  ])
  expect(routes[0]!.options.tags!({ id: '7' })).toEqual(['item:7', 'items'])
})

test.each([
  ['{"routes": {', /policy\.json: it is not JSON/],
  ['[]', /holds no object/],
  ['{"route": {}}', /line 1: it does not know "route"/],
  [policy({ 'GET /a': 3 }), /line 3: the rule of "GET \/a" is not an object/],
  [
    policy({ 'GET /a': { fresh: '1h' }, 'GET /b': { frehs: '1h' } }),
    /line 6: there is no "frehs" of "GET \/b"/,
  ],
  [policy({ 'GET /a': { fresh: 5 } }), /"fresh" of "GET \/a" is not a duration/],
  [policy({ 'GET /a': { fresh: '5 parsecs' } }), /line 3: "5 parsecs" is not a duration\. A policy/],
  [policy({ 'GET /a': { tags: ['x', ''] } }), /"tags" of "GET \/a" is not a list/],
  [policy({ 'GET /a': { tags: ['x:{id}'] } }), /names \{id\}, which is no parameter/],
  [policy({ 'GET /a': { visibility: 'some' } }), /is not "public" or "private"/],
  [policy({ 'FETCH /a': {} }), /"FETCH" is not a method/],
  [policy({ 'GET /a/:x': {}, 'GET /a/:y': {} }), /is declared twice/],
  [policy({ 'GET /a': { constructor: 1 } }), /there is no "constructor"/],
])('what is wrong with a policy is said with its place: %s', (source, message) => {
  expect(() => readPolicyFile(source, 'policy.json')).toThrow(message)
  expect(() => readPolicyFile(source, 'policy.json')).toThrow(
    expect.objectContaining({ code: 'HP_POLICY_INVALID' }),
  )
})
