import { expect, test } from 'vitest'
import { cookieHeader, type Cookies, storeCookies } from '../src/cookies.ts'

const now = Date.parse('2026-01-01T00:00:00Z')

test('keeps name and value, replaces by name, and ignores what has no name', () => {
  const cookies: Cookies = new Map()
  storeCookies(cookies, ['sid=a=b; Path=/; HttpOnly', 'theme = dark', '=x', 'nothing'], now)
  storeCookies(cookies, 'sid=c', now)
  expect(cookieHeader(cookies)).toBe('sid=c; theme=dark')
})

test('an expiry in the past removes the cookie, and Max-Age wins over Expires', () => {
  const cookies: Cookies = new Map([
    ['a', '1'],
    ['b', '1'],
    ['c', '1'],
  ])
  storeCookies(cookies, ['a=; Max-Age=0', 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], now)
  storeCookies(cookies, 'c=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', now)
  expect([...cookies]).toEqual([['c', '2']])
})

test('without cookies there is no header', () => {
  expect(cookieHeader(new Map())).toBeNull()
})
