import { expect, test } from 'vitest'
import { requestFacts } from '../src/request-facts.ts'
import { type StoreRules, type Storability, storable } from '../src/storable.ts'

const now = Date.UTC(2026, 0, 1)

interface Asked {
  status?: number
  statusMessage?: string
  request?: Record<string, string>
  method?: 'GET' | 'HEAD'
  rules?: Partial<StoreRules>
}

const inProcess: StoreRules = { heuristic: null, storesErrors: false, storesForValidation: false }

function decide(
  headers: Record<string, string>,
  { status = 200, statusMessage = '', request = {}, method = 'GET', rules = {} }: Asked = {},
): Storability {
  const context = { now, rules: { ...inProcess, ...rules } }
  return storable(requestFacts(method, request), { status, statusMessage, headers }, context)
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
  ['private', { 'cache-control': 'max-age=60, private=x' }],
  ['private', { 'cdn-cache-control': 'max-age=60, private="x"' }],
  ['private', { 'cache-control': 'private', 'cdn-cache-control': 'max-age=60' }],
  ['private', { 'cdn-cache-control': 'private, max-age=60' }],
  ['no-store', { 'cache-control': 'no-store' }],
  ['no-store', { 'cdn-cache-control': 'no-store' }],
  ['no-cache', { 'cache-control': 'no-cache, max-age=60' }],
  ['trailer', { trailer: 'x-checksum' }],
  ['nonce', { 'content-security-policy': "script-src 'nonce-abc'" }],
  ['nonce', { 'content-security-policy-report-only': "script-src 'nonce-abc'" }],
  ['status', { 'cache-control': 'max-age=60, must-understand' }, 201],
  ['status', {}, 206],
  ['status', {}, 304],
  ['malformed', { 'cache-control': 'max-age=60; private' }],
  ['malformed', { 'cache-control': 'public, max-age=60, private; x' }],
])('refuses: %s %j', (why, headers, status = 200) => {
  const given = { 'cache-control': 'public, max-age=60', ...headers } as Record<string, string>
  const rules = { storesErrors: true, storesForValidation: true }
  expect(reason(decide(given, { status, rules }))).toBe(why)
})

test('lets a targeted field rule alone, but for private in Cache-Control', () => {
  const expires = new Date(now + 10_000).toUTCString()
  const given = { 'cache-control': 'no-store, s-maxage=5', expires, 'cdn-cache-control': 'max-age=60' }
  expect(terms(decide(given))?.freshMs).toBe(60_000)
  expect(reason(decide({ ...given, 'cdn-cache-control': 'foo' }))).toBe('no-freshness')
  expect(reason(decide({ ...given, 'cdn-cache-control': 'max-age=60, &' }))).toBe('no-store')
})

test('keeps a response without the headers that private or no-cache name', () => {
  const decision = decide({ 'cache-control': 'max-age=60, private="x-user, X-Name", no-cache="x-seen"' })
  expect(decision.store && decision.without).toEqual(['x-user', 'x-name', 'x-seen'])
})

test('leaves no-store aside beside must-understand where it understands the status', () => {
  const headers = { 'cache-control': 'no-store, must-understand, max-age=60' }
  expect(reason(decide(headers))).toBe('stored')
  expect(reason(decide(headers, { status: 299, rules: { storesErrors: true } }))).toBe('status')
})

test('takes an Age that is no single number for any age', () => {
  for (const age of ['', '-1', '1.0', '0, 0', '0;x', 'abc']) {
    expect([age, reason(decide({ 'cache-control': 'max-age=60', age }))]).toEqual([age, 'no-freshness'])
  }
})

test('guesses a tenth of the time since the last change where it is told to, and only then', () => {
  const heuristic = { fraction: 0.1, capMs: 3_600_000 }
  const ask = (agoMs: number, headers: Record<string, string> = {}, status = 200) => {
    const given = { 'last-modified': new Date(now - agoMs).toUTCString(), ...headers }
    return terms(decide(given, { status, rules: { heuristic, storesErrors: true } }))?.freshMs
  }
  expect([ask(100_000), ask(1e9), ask(-5_000)]).toEqual([10_000, 3_600_000, undefined])
  expect(ask(100_000, { expires: '0' })).toBeUndefined()
  expect(ask(100_000, { 'cache-control': 'no-cache' })).toBeUndefined()
  expect([ask(100_000, {}, 403), ask(100_000, { 'cache-control': 'public' }, 403)]).toEqual([
    undefined,
    10_000,
  ])
})

test('stores what can only be asked about again where it is told to, if it has a validator', () => {
  const rules = { storesForValidation: true }
  expect(terms(decide({ 'cache-control': 'no-cache', etag: '"a"' }, { rules }))).toMatchObject({
    freshMs: 0,
    mayBeStale: false,
  })
  expect(reason(decide({ etag: '"a"' }, { rules }))).toBe('stored')
  expect(reason(decide({}, { rules }))).toBe('no-freshness')
  expect(reason(decide({ etag: '"a"' }))).toBe('no-freshness')
})

test('lets a stale response stand in for errors for as long as stale-if-error says', () => {
  const ask = (more: string) => terms(decide({ 'cache-control': `max-age=10, stale-if-error=60${more}` }))
  expect(ask('')).toMatchObject({ errorMs: 60_000, staleMs: 0, mayBeStale: true })
  for (const forbids of [', s-maxage=10', ', must-revalidate', ', proxy-revalidate']) {
    expect([forbids, ask(forbids)]).toMatchObject([forbids, { errorMs: 0, mayBeStale: false }])
  }
})

test('lets a targeted field allow what Cache-Control asks of browsers alone', () => {
  const decision = decide({ 'cache-control': 'no-cache', 'cdn-cache-control': 'max-age=60' })
  expect(terms(decision)).toMatchObject({ freshMs: 60_000, isPublic: false, allowsCookies: true })
})

test('stores with explicit freshness what is no error, 404 and 410, and errors where it is told to', () => {
  const kept = (rules: Partial<StoreRules>) =>
    Array.from({ length: 500 }, (_, index) => index + 100).filter(
      (status) => decide({ 'cache-control': 'public, max-age=60' }, { status, rules }).store,
    )
  expect(kept({})).toEqual([200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410])
  const all = kept({ storesErrors: true })
  expect(all).toHaveLength(398)
  expect([199, 206, 304].filter((status) => all.includes(status))).toEqual([])
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
