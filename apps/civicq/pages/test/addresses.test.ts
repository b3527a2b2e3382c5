import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewFromSearch, viewLink, viewResource } from '../src/contest/question-order.ts'
import { pathAfterSignIn, signInLink } from '../src/session/sign-in-link.ts'

test('signing in leads back to where one came from', () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      fc.pre(path.startsWith('/') && !path.startsWith('//'))
      const next = new URL(signInLink(path), 'http://civicq.test').searchParams.get('next')
      expect(pathAfterSignIn(next)).toBe(path)
    }),
  )
})

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', null])(
  'an address in a link (%s) leads nowhere else',
  (next) => {
    expect(pathAfterSignIn(next)).toBe('/')
  },
)

test('a view of the questions survives its address', () => {
  const views = fc.record({
    order: fc.constantFrom('top' as const, 'new' as const),
    page: fc.integer({ min: 1, max: 999 }),
  })
  fc.assert(
    fc.property(views, (view) => {
      const { searchParams } = new URL(viewLink(7, view), 'http://civicq.test')
      expect(viewFromSearch(searchParams)).toEqual(view)
    }),
  )
})

test.each(['?page=0', '?page=-1', '?page=x', '?page=1.5', '?sort=worst', ''])(
  '%s makes no sense and is the default',
  (search) => {
    expect(viewFromSearch(new URLSearchParams(search))).toEqual({ order: 'top', page: 1 })
  },
)

test('the API is asked for the view that is shown', () => {
  expect(viewResource(7, { order: 'new', page: 2 })).toBe(
    '/api/contests/7/questions?sort=new&page=2&limit=20',
  )
  expect(viewResource(7, { order: 'trending', page: 1 })).toBe('/api/contests/7/questions/trending')
})
