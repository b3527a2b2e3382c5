import { expect, test } from 'vitest'
import { accountFor, type Asked } from '../src/why/account.ts'
import { readCacheStatus } from '../src/why/cache-status.ts'

const answer = (cacheStatus: string | null, headers: Record<string, string> = {}): Asked => ({
  status: 200,
  cacheStatus: readCacheStatus(cacheStatus),
  headers,
})

test('our own member of Cache-Status is read among those of others', () => {
  expect(readCacheStatus('edge; hit; ttl=5, hotpath; fwd=miss; stored, "other cache"; fwd=stale')).toEqual({
    hit: false,
    ttl: null,
    fwd: 'miss',
    stored: true,
    collapsed: false,
    detail: null,
  })
  expect(readCacheStatus('hotpath; hit; ttl=-7')).toMatchObject({ hit: true, ttl: -7 })
  for (const other of [null, '', 'hotpathology; hit', 'edge; hit'])
    expect(readCacheStatus(other)).toBeUndefined()
})

test('a hit is told as one, with its time left and whose policy it was', () => {
  const headers = { 'cdn-cache-control': 'max-age=3600' }
  const known = {
    url: '/a',
    host: 'x',
    route: 'GET /a',
    headers,
    tags: [],
    isPrivate: false,
    stored: [],
  }
  const verdict = accountFor(
    [answer('hotpath; fwd=miss; stored', headers), answer('hotpath; hit; ttl=3599', headers)],
    known,
  )
  expect(verdict.verdict).toBe('hit')
  expect(verdict.sentences).toEqual([
    'First:  200 from the application, because nothing was stored under this URL; the answer was stored.',
    'Again:  200 from the store, fresh for another 1h.',
  ])
  expect(verdict.policy).toBe('cdn-cache-control: max-age=3600 (from the options of GET /a)')
  expect(verdict.remedies).toEqual([])
})

test('what keeps an answer from being stored is told with what would change it', () => {
  const refused = answer('hotpath; fwd=miss; detail=set-cookie', { 'cache-control': 'max-age=60' })
  const verdict = accountFor([refused, refused], null)
  expect(verdict).toMatchObject({
    verdict: 'not stored',
    policy: 'cache-control: max-age=60 (sent by the application)',
    remedies: [expect.stringContaining('Set cookies on other answers') as string],
  })
  expect(verdict.sentences[1]).toContain('it was not stored: the answer sets a cookie')
})

test('a route that was turned off is told as that, and not as one declared private', () => {
  const off = answer('hotpath; fwd=bypass; detail=off', { 'cache-control': 'private, no-store' })
  const verdict = accountFor([off, off], null)
  expect(verdict.sentences[1]).toContain('the cache of its route was turned off')
  expect(verdict.policy).toContain('turned off')
  expect(verdict.remedies).toEqual([expect.stringContaining('hotpath cache on')])
})

test('an error is to be mended, not to be made cacheable', () => {
  const failed = { ...answer('hotpath; fwd=miss; detail=no-store'), status: 502 }
  expect(accountFor([failed, failed], null).remedies).toEqual([expect.stringContaining('an error (502)')])
})

test('a hit whose freshness was guessed is not said to have no policy', () => {
  const guessed = answer('hotpath; hit; ttl=60', { 'last-modified': 'Sat, 21 Nov 2026 12:00:00 GMT' })
  expect(accountFor([guessed, guessed], null).policy).toContain('guessed from Last-Modified')
})

test('an answer without a word of ours, and a detail that is not known here, are said as they are', () => {
  expect(accountFor([answer(null), answer('edge; hit')], null).verdict).toBe('no cache')
  const odd = answer('hotpath; fwd=miss; detail=constructor')
  expect(accountFor([odd, odd], null).sentences[1]).toContain('it was not stored: constructor.')
})
