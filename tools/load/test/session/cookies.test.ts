import { expect, test } from 'vitest'
import { createCookies, type CookieUrl } from '../../src/session/cookies.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const home: CookieUrl = { host: 'vote.example.org', path: '/', secure: true }
const at = (url: Partial<CookieUrl>): CookieUrl => ({ ...home, ...url })

test('keeps name and value, replaces by name, and ignores what has no name', () => {
  const cookies = createCookies()
  cookies.store(home, ['sid=a=b; Path=/; HttpOnly', 'theme = dark', '=x', 'nothing'], now)
  cookies.store(home, 'sid=c', now)
  expect(cookies.header(home, now)).toBe('sid=c; theme=dark')
  expect(cookies.get('sid')).toBe('c')
})

test('an expiry in the past removes the cookie, Max-Age wins over Expires, and time ends both', () => {
  const cookies = createCookies()
  const past = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  cookies.store(home, ['a=1', 'b=1', 'c=1'], now)
  cookies.store(home, ['a=; Max-Age=0', `b=; ${past}`, `c=2; Max-Age=60; ${past}`], now)
  expect(cookies.header(home, now)).toBe('c=2')
  expect(cookies.header(home, now + 60_001)).toBeNull()
})

test.each<[string, { line: string; url: Partial<CookieUrl>; sent: boolean }]>([
  ['a host alone without Domain', { line: 'a=1', url: {}, sent: true }],
  ['no other host without Domain', { line: 'a=1', url: { host: 'api.vote.example.org' }, sent: false }],
  [
    'hosts below its Domain',
    { line: 'a=1; Domain=example.org', url: { host: 'api.example.org' }, sent: true },
  ],
  [
    'no host that only ends alike',
    { line: 'a=1; Domain=example.org', url: { host: 'badexample.org' }, sent: false },
  ],
  ['its path', { line: 'a=1; Path=/admin', url: { path: '/admin/users?x=1' }, sent: true }],
  [
    'no path that only begins alike',
    { line: 'a=1; Path=/admin', url: { path: '/administrator' }, sent: false },
  ],
  ['TLS only when Secure', { line: 'a=1; Secure', url: { secure: false }, sent: false }],
])('a cookie goes to %s', (_what, { line, url, sent }) => {
  const cookies = createCookies()
  cookies.store(home, line, now)
  expect(cookies.header(at(url), now)).toBe(sent ? 'a=1' : null)
})

test('a Secure cookie goes to the loopback host without TLS', () => {
  const cookies = createCookies()
  const local = at({ host: '127.0.0.1', secure: false })
  cookies.store(local, 'sid=1; Secure', now)
  expect(cookies.header(local, now)).toBe('sid=1')
})

test('nobody sets a cookie for a host that is not theirs, or for a whole top-level domain', () => {
  const cookies = createCookies()
  cookies.store(home, ['a=1; Domain=other.org', 'b=1; Domain=org', `c=${'x'.repeat(5000)}`], now)
  for (const name of ['a', 'b', 'c']) expect(cookies.get(name)).toBeUndefined()
})

test('without Path a cookie is for the folder of the request; longer paths come first', () => {
  const cookies = createCookies()
  cookies.store(at({ path: '/' }), 'outer=1; Path=/', now)
  cookies.store(at({ path: '/shop/cart?x' }), 'inner=1', now)
  expect(cookies.header(at({ path: '/shop/list' }), now)).toBe('inner=1; outer=1')
  expect(cookies.header(at({ path: '/' }), now)).toBe('outer=1')
})

test('keeps no more cookies than a browser does', () => {
  const cookies = createCookies()
  for (let index = 0; index < 500; index++) cookies.store(home, `c${index}=1`, now)
  expect(cookies.header(home, now)!.split('; ')).toHaveLength(180)
  expect(cookies.get('c499')).toBe('1')
})
