import { Socket } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCacheGroups, parseCacheGroups } from '../src/cache-groups.ts'
import { forwardStatus, hitStatus } from '../src/cache-status.ts'
import { notModified } from '../src/conditional.ts'
import { readBlock } from '../src/header-block.ts'
import { cacheKey } from '../src/key.ts'
import { requestFacts } from '../src/request-facts.ts'
import { plainHead } from '../src/request-head.ts'
import { type ReuseTerms, freshness, mayAnswer, mayReplaceError } from '../src/reusable.ts'
import { matchesVary, selectingValues, varyNames } from '../src/vary.ts'

const stored: ReuseTerms = {
  bornAt: 0,
  freshUntil: 10_000,
  staleMs: 10_000,
  errorMs: 30_000,
  mayBeStale: true,
  isPublic: false,
  allowsCookies: false,
  vary: [],
  varyValues: [],
}

function reuse(
  headers: Record<string, string>,
  now: number,
  { obeysReload = false, ...terms }: Partial<ReuseTerms> & { obeysReload?: boolean } = {},
) {
  const options = { now, ignoreReload: !obeysReload }
  const [request, response] = [requestFacts('GET', headers), { ...stored, ...terms }]
  return mayAnswer(request, response) ? freshness(request, response, options) : 'must-fetch'
}

test('is fresh, then stale while it is fetched anew, then neither', () => {
  expect([0, 9_999, 10_000, 19_999, 20_000].map((now) => reuse({}, now))).toEqual([
    'fresh',
    'fresh',
    'stale-while-revalidate',
    'stale-while-revalidate',
    'must-fetch',
  ])
})

test('answers Authorization only with what is public, cookies only with what allows them', () => {
  expect(reuse({ authorization: 'a' }, 0)).toBe('must-fetch')
  expect(reuse({ authorization: 'a' }, 0, { isPublic: true })).toBe('fresh')
  expect(reuse({ cookie: 'a' }, 0, { isPublic: true })).toBe('must-fetch')
  expect(reuse({ cookie: 'a' }, 0, { allowsCookies: true })).toBe('fresh')
})

test('ignores reloads, or obeys them where it is told to', () => {
  for (const cacheControl of ['no-cache', 'max-age=0', 'max-age=3']) {
    expect(reuse({ 'cache-control': cacheControl }, 5_000)).toBe('fresh')
    expect(reuse({ 'cache-control': cacheControl }, 5_000, { obeysReload: true })).toBe('must-fetch')
  }
  expect(reuse({ 'cache-control': 'max-age=6' }, 5_000, { obeysReload: true })).toBe('fresh')
  expect(reuse({ pragma: 'no-cache' }, 0, { obeysReload: true })).toBe('must-fetch')
  expect(reuse({ pragma: 'no-cache', 'cache-control': 'max-age=6' }, 0, { obeysReload: true })).toBe('fresh')
})

test('obeys what a client says of freshness where it is told to', () => {
  const ask = (cacheControl: string, now: number, terms: Partial<ReuseTerms> = {}) =>
    reuse({ 'cache-control': cacheControl }, now, { obeysReload: true, ...terms })
  expect([ask('min-fresh=6', 4_000), ask('min-fresh=6', 5_000)]).toEqual(['fresh', 'must-fetch'])
  expect([ask('max-stale=15', 24_000), ask('max-stale=15', 25_000)]).toEqual(['fresh', 'must-fetch'])
  expect(ask('max-stale', 1e9)).toBe('fresh')
  expect(ask('max-stale', 1e9, { mayBeStale: false })).toBe('must-fetch')
  expect(reuse({ 'cache-control': 'max-stale' }, 1e9)).toBe('must-fetch')
})

test('lets a stale response stand in for an error as long as it or its client says, or nobody can be asked', () => {
  const may = (
    now: number,
    given: { cacheControl?: string; allowanceMs?: number } & Partial<ReuseTerms> = {},
  ) => {
    const { cacheControl, allowanceMs = 0, ...terms } = given
    const request = requestFacts('GET', cacheControl === undefined ? {} : { 'cache-control': cacheControl })
    return mayReplaceError(request, { ...stored, ...terms }, { now, allowanceMs })
  }
  expect([may(39_999), may(40_000)]).toEqual([true, false])
  expect(may(60_000, { cacheControl: 'stale-if-error=60' })).toBe(true)
  expect(may(60_000, { allowanceMs: 60_000 })).toBe(true)
  const strict = { mayBeStale: false, errorMs: 0 }
  expect(may(10_000, { ...strict, cacheControl: 'stale-if-error=60', allowanceMs: 60_000 })).toBe(false)
})

test('compares entity tags weakly, one by one, commas in them included', () => {
  const match = (ifNoneMatch: string, etag: string | undefined) =>
    notModified({ ifNoneMatch, ifModifiedSince: undefined }, { etag, lastModified: undefined })
  expect(match('"a"', '"a"')).toBe(true)
  expect(match('W/"a"', '"a"')).toBe(true)
  expect(match('"x", W/"a,b" , "c"', 'W/"a,b"')).toBe(true)
  expect(match('"a,b"', '"a"')).toBe(false)
  expect(match('a', '"a"')).toBe(false)
  expect(match('*', undefined)).toBe(true)
  expect(match('"a"', undefined)).toBe(false)
})

test('looks at If-Modified-Since only where there is no If-None-Match', () => {
  const lastModified = 'Thu, 01 Jan 2026 00:00:00 GMT'
  const since = (ifModifiedSince: string, ifNoneMatch?: string) =>
    notModified({ ifNoneMatch, ifModifiedSince }, { etag: '"a"', lastModified })
  expect(since(lastModified)).toBe(true)
  expect(since('Fri, 02 Jan 2026 00:00:00 GMT')).toBe(true)
  expect(since('Wed, 31 Dec 2025 23:59:59 GMT')).toBe(false)
  expect(since('tomorrow')).toBe(false)
  expect(since(lastModified, '"b"')).toBe(false)
})

test('chooses by the named request headers, white space apart', () => {
  expect(varyNames('Accept-Encoding,  accept')).toEqual(['accept', 'accept-encoding'])
  expect(varyNames('accept, *')).toBe('*')
  const names = ['accept', 'accept-encoding']
  const values = selectingValues(names, { 'accept-encoding': 'br,  gzip' })
  expect(values).toEqual([null, 'br,gzip'])
  expect(matchesVary(names, values, { 'accept-encoding': 'br , gzip' })).toBe(true)
  expect(matchesVary(names, values, { 'accept-encoding': 'gzip' })).toBe(false)
  expect(matchesVary(names, values, { accept: '', 'accept-encoding': 'br,gzip' })).toBe(false)
})

test('chooses by languages and codings whatever their order, case and spelling of weights', () => {
  const value = (name: string, given: string) => selectingValues([name], { [name]: given })
  const same = [
    ['accept-language', 'en, de', 'De ,EN'],
    ['accept-language', 'de, en;q=0.5', 'EN ; q=0.50, de;q=1.0'],
    ['accept-encoding', 'gzip, br;q=0.9', 'br;q=0.9,gzip'],
    ['x-list', 'a, b', ' a ,b '],
  ] as const
  for (const [name, one, other] of same) expect([name, value(name, one)]).toEqual([name, value(name, other)])
  const different = [
    ['accept-language', 'de;q=0.5, en', 'de, en;q=0.5'],
    ['accept-language', 'de, en;q=0', 'de'],
    ['accept-language', 'de;x=1, en', 'en, de;x=1'],
    ['x-list', 'a, b', 'b, a'],
    ['x-list', 'a', 'A'],
  ] as const
  for (const [name, one, other] of different) {
    expect([name, value(name, one)]).not.toEqual([name, value(name, other)])
  }
})

test('finds under any name what the request itself says, and nothing else', () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    expect([name, selectingValues([name.toLowerCase(), name], {})]).toEqual([name, [null, null]])
    expect(matchesVary([name], [null], {})).toBe(true)
  }
})

test('keys by host, path and query, and by what frameworks build URLs from', () => {
  const key = (url: string, headers: Record<string, string> = {}) =>
    cacheKey(readBlock('GET', plainHead(url, { host: 'a.example', ...headers }, new Socket())), url)
  expect(key('/x?b=1')).toBe(key('/x?b=1', { host: 'A.example', accept: 'text/html', 'x-any': '1' }))
  const different = [
    key('/x'),
    key('/x?'),
    key('/X'),
    key('/x', { host: 'b.example' }),
    key('/x', { 'x-forwarded-host': 'evil.example' }),
    key('/x', { 'x-forwarded-proto': 'evil.example' }),
    key('/x', { forwarded: 'for=1.2.3.4;host=evil.example' }),
  ]
  expect(new Set(different).size).toBe(different.length)
  expect(key('/x', { forwarded: 'for=1.2.3.4;proto=https' })).toBe(
    key('/x', { forwarded: 'for=5.6.7.8;proto=https' }),
  )
  for (const name of ['x-http-method-override', 'x-original-url', 'x-rewrite-url']) {
    expect(key('/x', { [name]: 'DELETE' })).toBeUndefined()
  }
  expect(key('/x#y')).toBeUndefined()
  expect(key('/x?y#')).toBeUndefined()
  expect(key('http://a.example/x')).toBeUndefined()
  expect(key('*')).toBeUndefined()
})

test('says in Cache-Status what happened', () => {
  expect(hitStatus(57)).toBe('hotpath; hit; ttl=57')
  expect(forwardStatus({ reason: 'miss', stored: true })).toBe('hotpath; fwd=miss; stored')
  expect(forwardStatus({ reason: 'stale', collapsed: true })).toBe('hotpath; fwd=stale; collapsed')
  expect(forwardStatus({ reason: 'miss', detail: 'set-cookie' })).toBe('hotpath; fwd=miss; detail=set-cookie')
})

test('writes any tag as one structured string of plain ASCII, and reads it back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 })), (tags) => {
      const field = formatCacheGroups(tags)
      expect(field).toMatch(/^[ -~]*$/)
      const read = parseCacheGroups(field)
      for (const tag of tags) expect(read).toContain(tag.toWellFormed())
    }),
  )
})

test('cannot be led to a second tag or header by what a tag holds', () => {
  const field = formatCacheGroups(['a", "b', 'c\r\nSet-Cookie: x=1', String.raw`d\"`, '\uD800', '50%'])
  expect(field).not.toMatch(/[\r\n]/)
  expect(parseCacheGroups(field)).toEqual(
    expect.arrayContaining(['a", "b', 'c\r\nSet-Cookie: x=1', String.raw`d\"`, '50%']),
  )
  expect(parseCacheGroups(field)).not.toContain('b')
})

test('reads groups an application wrote, or says that it cannot', () => {
  expect(parseCacheGroups('"a", "b c";p=1 , "d"')).toEqual(['a', 'b c', 'd'])
  for (const field of ['a, b', '"a', '"a" "b"', '"a",'])
    expect([field, parseCacheGroups(field)]).toEqual([field, undefined])
})
