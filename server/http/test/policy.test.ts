import { type RouteOptions, route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { type OwnHeaders, policyHeaders, readPolicy } from '../src/policy.ts'

const nothing: OwnHeaders = { cacheControl: undefined, isTargeted: false }

function headers(options: RouteOptions, status = 200, own: Partial<OwnHeaders> = {}) {
  const policy = readPolicy(route('GET /x', options))
  return policy ? Object.fromEntries(policyHeaders(policy, status, { ...nothing, ...own })) : undefined
}

test('tells shared caches by CDN-Cache-Control and browsers by Cache-Control', () => {
  expect(headers({ fresh: '1h', stale: '1d' })).toEqual({
    'CDN-Cache-Control': 'max-age=3600, stale-while-revalidate=86400',
    'Cache-Control': 'no-cache',
  })
  expect(headers({ fresh: '1h', browser: '5m' })).toEqual({
    'CDN-Cache-Control': 'max-age=3600',
    'Cache-Control': 'max-age=300',
  })
})

test('says public only where the route says so itself', () => {
  expect(headers({ fresh: '1h', visibility: 'public' })?.['CDN-Cache-Control']).toBe('max-age=3600, public')
})

test('keeps what is only for browsers out of shared caches', () => {
  expect(headers({ browser: '5m' })).toEqual({ 'Cache-Control': 'private, max-age=300' })
})

test('forbids shared caching on a private route, whatever the handler says', () => {
  const forbidden = {
    'Hotpath-Cache-Control': null,
    'CDN-Cache-Control': null,
    'Cache-Control': 'private, no-store',
  }
  expect(headers({ visibility: 'private', fresh: '1h' })).toEqual(forbidden)
  expect(headers({ visibility: 'private' }, 200, { cacheControl: 'public, max-age=60' })).toEqual(forbidden)
  expect(headers({ visibility: 'private' }, 200, { cacheControl: 'private, max-age=9' })).toEqual({
    'Hotpath-Cache-Control': null,
    'CDN-Cache-Control': null,
    'Cache-Control': 'private, max-age=9',
  })
  expect(headers({ visibility: 'private', browser: '1m' })?.['Cache-Control']).toBe('private, max-age=60')
})

test('leaves the word to a handler that set its own headers', () => {
  expect(headers({ fresh: '1h' }, 200, { cacheControl: 'no-store' })).toEqual({})
  expect(headers({ fresh: '1h' }, 200, { isTargeted: true })).toEqual({})
})

test('is about successful answers: errors are no-store, redirects are left alone', () => {
  for (const status of [400, 404, 500]) {
    expect(headers({ fresh: '1h' }, status)).toEqual({ 'Cache-Control': 'no-store' })
  }
  expect(headers({ fresh: '1h' }, 302)).toEqual({})
  expect(headers({ fresh: '1h' }, 304)).toEqual(headers({ fresh: '1h' }))
})

test('has nothing to say for a route without caching options', () => {
  expect(headers({ budget: 'p95 < 50ms' })).toBeUndefined()
  expect(readPolicy(undefined)).toBeUndefined()
})
