import { ratePolicyProblem, route, type RouteOptions } from '@hotpath/core'
import { expect, test } from 'vitest'

test('takes limits of a route as they are written', () => {
  const options = {
    limit: { limit: 5, window: '15m', burst: 2 },
    cost: 2,
    timeout: '5s',
    concurrency: { max: 4, queue: 0, wait: '100ms' },
    idempotent: { required: true, ttl: '1h' },
    maxBody: '100kB',
  } as const
  expect(route('POST /api/payments', options).options).toEqual(options)
  expect(route('GET /api/x', { limit: 'ai', concurrency: 1 }).options.limit).toBe('ai')
  expect(route('GET /api/x', { limit: false, idempotent: false }).options.limit).toBe(false)
})

test.each<[RouteOptions, string]>([
  [{ limit: 'Auth Group' }, 'a group is named in small letters'],
  [{ limit: { limit: 0, window: '1m' } }, 'limit is a whole number'],
  [{ limit: { limit: 1.5, window: '1m' } }, 'limit is a whole number'],
  [{ limit: { limit: 5, window: '1m', burst: 0 } }, 'burst is a whole number'],
  [{ limit: { limit: 5, window: 0 } }, 'at most one request per microsecond'],
  [{ cost: 0 }, 'whole number of 1 or more'],
  [{ timeout: 0 }, 'no handler is that quick'],
  [{ concurrency: 0 }, 'max is a whole number'],
  [{ concurrency: { max: 1, queue: -1 } }, 'queue is a whole number'],
  [{ idempotent: true }, 'only POST and PATCH'],
])('refuses %j with the reason', (options, reason) => {
  expect(() => route('GET /api/x', options)).toThrow(reason)
})

test('refuses lengths and sizes that are none', () => {
  expect(() => route('GET /x', { limit: { limit: 1, window: 'soon' as '1s' } })).toThrow('duration')
  expect(() => route('GET /x', { timeout: -1 })).toThrow('duration')
  expect(() => route('POST /x', { maxBody: 'much' as '1kB' })).toThrow('byte size')
})

test('a rate of more than one request per microsecond is none', () => {
  expect(ratePolicyProblem({ limit: 1_000_000, window: '1s' })).toBeUndefined()
  expect(ratePolicyProblem({ limit: 1_000_001, window: '1s' })).toContain('microsecond')
})
