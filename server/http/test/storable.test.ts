import { expect, test } from 'vitest'
import { requestFacts } from '../src/request-facts.ts'
import { type Storability, storable } from '../src/storable.ts'

const now = Date.UTC(2026, 0, 1)

interface Asked {
  status?: number
  statusMessage?: string
  request?: Record<string, string>
  method?: 'GET' | 'HEAD'
}

function decide(
  headers: Record<string, string>,
  { status = 200, statusMessage = '', request = {}, method = 'GET' }: Asked = {},
): Storability {
  return storable(requestFacts(method, request), { status, statusMessage, headers }, now)
}

const reason = (decision: Storability) => (decision.store ? 'stored' : decision.reason)
const terms = (decision: Storability) => (decision.store ? decision.terms : undefined)

test('takes freshness from CDN-Cache-Control, then s-maxage, then max-age, then Expires', () => {
  const expires = new Date(now + 10_000).toUTCString()
  const all = { 'cdn-cache-control': 'max-age=40', 'cache-control': 's-maxage=30, max-age=20', expires }
  expect(terms(decide(all))?.freshMs).toBe(40_000)
  expect(terms(decide({ ...all, 'cdn-cache-control': '' }))?.freshMs).toBe(30_000)
  expect(terms(decide({ 'cache-control': 'max-age=20', expires }))?.freshMs).toBe(20_000)
  expect(terms(decide({ expires }))?.freshMs).toBe(10_000)
  expect(reason(decide({ expires: '0' }))).toBe('no-freshness')
})

test('guesses no freshness where none is given', () => {
  const lastModified = new Date(now - 1e9).toUTCString()
  expect(reason(decide({ 'last-modified': lastModified }))).toBe('no-freshness')
  expect(reason(decide({ 'cache-control': 'public' }))).toBe('no-freshness')
})

test('serves nothing stale beside s-maxage, must-revalidate or proxy-revalidate', () => {
  const swr = 'max-age=10, stale-while-revalidate=60'
  expect(terms(decide({ 'cache-control': swr }))?.staleMs).toBe(60_000)
  for (const forbids of ['s-maxage=10', 'must-revalidate', 'proxy-revalidate']) {
    expect([forbids, terms(decide({ 'cache-control': `${swr}, ${forbids}` }))?.staleMs]).toEqual([forbids, 0])
  }
})

test('subtracts the age a response arrives with', () => {
  expect(terms(decide({ 'cache-control': 'max-age=60', age: '20' }))).toMatchObject({
    freshMs: 40_000,
    ageMs: 20_000,
  })
  const date = new Date(now - 90_000).toUTCString()
  expect(reason(decide({ 'cache-control': 'max-age=60', date }))).toBe('no-freshness')
})

test.each([
  ['set-cookie', { 'set-cookie': 'a=1' }],
  ['vary', { vary: 'accept, *' }],
  ['private', { 'cache-control': 'max-age=60, private' }],
  ['private', { 'cache-control': 'max-age=60, private="x"' }],
  ['private', { 'cache-control': 'private', 'cdn-cache-control': 'max-age=60' }],
  ['private', { 'cdn-cache-control': 'private, max-age=60' }],
  ['no-store', { 'cache-control': 'no-store', 'cdn-cache-control': 'max-age=60' }],
  ['no-store', { 'cdn-cache-control': 'no-store' }],
  ['no-cache', { 'cache-control': 'no-cache, max-age=60' }],
  ['trailer', { trailer: 'x-checksum' }],
  ['nonce', { 'content-security-policy': "script-src 'nonce-abc'" }],
  ['status', { 'content-range': 'bytes 0-1/2' }],
  ['malformed', { 'cache-control': 'max-age=60; private' }],
  ['malformed', { 'cache-control': 'public, max-age=60, private; x' }],
])('refuses: %s %j', (why, headers) => {
  const given = { 'cache-control': 'public, max-age=60', ...headers } as Record<string, string>
  expect(reason(decide(given))).toBe(why)
})

test('lets a targeted field allow what Cache-Control asks of browsers alone', () => {
  const decision = decide({ 'cache-control': 'no-cache', 'cdn-cache-control': 'max-age=60' })
  expect(terms(decision)).toMatchObject({ freshMs: 60_000, isPublic: false, allowsCookies: true })
})

test('stores 200, 203, 204, 301, 404 and 410 with explicit freshness, and no other status', () => {
  const kept = []
  for (let status = 200; status < 600; status++) {
    if (decide({ 'cache-control': 'public, max-age=60' }, { status }).store) kept.push(status)
  }
  expect(kept).toEqual([200, 203, 204, 301, 404, 410])
})

test('stores no reason phrase that Node would refuse to write', () => {
  const ask = (statusMessage: string) =>
    reason(decide({ 'cache-control': 'public, max-age=60' }, { statusMessage }))
  expect(['', 'OK', 'Très bien'].map(ask)).toEqual(['stored', 'stored', 'stored'])
  expect(['Caf\u2014', 'a\r\nSet-Cookie: a=1', '\0'].map(ask)).toEqual(['status', 'status', 'status'])
})

test('stores for a request with Authorization only what says public or s-maxage', () => {
  const request = { authorization: 'Bearer a' }
  const ask = (cacheControl: string) => reason(decide({ 'cache-control': cacheControl }, { request }))
  expect(ask('max-age=60')).toBe('authorization')
  expect(ask('max-age=60, must-revalidate')).toBe('authorization')
  expect(ask('public, max-age=60')).toBe('stored')
  expect(ask('s-maxage=60')).toBe('stored')
  expect(reason(decide({ 'cdn-cache-control': 'max-age=60' }, { request }))).toBe('authorization')
  expect(reason(decide({ 'cdn-cache-control': 'max-age=60, public' }, { request }))).toBe('stored')
})

test('stores for a request with cookies only what says public or is targeted', () => {
  const request = { cookie: 'session=a' }
  const ask = (headers: Record<string, string>) => reason(decide(headers, { request }))
  expect(ask({ 'cache-control': 'max-age=60' })).toBe('cookie')
  expect(ask({ 'cache-control': 's-maxage=60' })).toBe('cookie')
  expect(ask({ 'cache-control': 'public, max-age=60' })).toBe('stored')
  expect(ask({ 'cdn-cache-control': 'max-age=60' })).toBe('stored')
})

test('stores neither for HEAD nor for a client that says no-store', () => {
  const headers = { 'cache-control': 'public, max-age=60' }
  expect(reason(decide(headers, { method: 'HEAD' }))).toBe('method')
  expect(reason(decide(headers, { request: { 'cache-control': 'no-store' } }))).toBe('request-no-store')
})

test('chooses by Origin where CORS names one, said in Vary or not', () => {
  const base = { 'cache-control': 'max-age=60', vary: 'accept' }
  const ask = (allowed: string) => terms(decide({ ...base, 'access-control-allow-origin': allowed }))?.vary
  expect(ask('https://a.example')).toEqual(['accept', 'origin'])
  expect(ask('*')).toEqual(['accept'])
})
