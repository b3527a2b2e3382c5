import { budgetsOf, createRouteMatcher, type ParamsOf, route, type Route } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'

test('knows the parameters of a pattern by type', () => {
  expectTypeOf<ParamsOf<'GET /api/ballots/:id'>>().toEqualTypeOf<{ id: string }>()
  expectTypeOf<ParamsOf<'GET /a/:one/b/:two'>>().toEqualTypeOf<{ one: string; two: string }>()
  const declared = route('GET /api/ballots/:id', {
    tags: (params) => {
      expectTypeOf(params).toEqualTypeOf<{ id: string }>()
      return [`ballot:${params.id}`]
    },
  })
  expect(declared.options.tags?.({ id: '7' })).toEqual(['ballot:7'])
  // @ts-expect-error: a path without parameters has no id.
  expect(route('GET /health', { tags: (params) => [String(params.id)] }).options.tags?.({})).toEqual([
    'undefined',
  ])
})

test('cuts a pattern into method, path and segments', () => {
  expect(route('PATCH /api/x/:id')).toMatchObject({
    pattern: 'PATCH /api/x/:id',
    method: 'PATCH',
    path: '/api/x/:id',
    segments: ['api', 'x', ':id'],
  })
})

test.each([
  ['get /x', '"get" is not a method'],
  ['BREW /x', '"BREW" is not a method'],
  ['GET', 'does not begin with a slash'],
  ['GET x', 'does not begin with a slash'],
  ['GET  /x', 'does not begin with a slash'],
  ['GET /x y', 'holds a space'],
  ['GET /x/:', 'a parameter has no name'],
  ['GET /x/:id/:id', 'stands twice'],
  ['GET /x?page=1', 'holds a query'],
  ['GET /x#top', 'holds a query or a fragment'],
])('refuses the pattern "%s": %s', (pattern, problem) => {
  expect(() => route(pattern as 'GET /')).toThrow(expect.objectContaining({ code: 'HP_ROUTE_INVALID' }))
  expect(() => route(pattern as 'GET /')).toThrow(problem)
})

test('checks durations and budgets where they are declared', () => {
  expect(() => route('GET /x', { fresh: '5 parsecs' as '5s' })).toThrow('is not a duration')
  expect(() => route('GET /x', { budget: ['p95 < 5ms', 'soon'] })).toThrow(/Cannot read the budget "soon"/)
})

test('gives the budgets always as a list', () => {
  expect(budgetsOf({})).toEqual([])
  expect(budgetsOf({ budget: 'p95 < 5ms' })).toEqual(['p95 < 5ms'])
  expect(budgetsOf({ budget: ['p95 < 5ms', 'hit > 1%'] })).toEqual(['p95 < 5ms', 'hit > 1%'])
})

test('prefers a fixed segment to a parameter, and steps back when it leads nowhere', () => {
  const match = createRouteMatcher([
    route('GET /a/:id'),
    route('GET /a/new'),
    route('GET /:kind/new/x'),
    route('GET /a/:id/y'),
  ])
  expect(match('GET', '/a/new')?.route.pattern).toBe('GET /a/new')
  expect(match('GET', '/a/7')).toMatchObject({ params: { id: '7' } })
  expect(match('GET', '/a/new/x')).toMatchObject({ params: { kind: 'a' } })
  expect(match('GET', '/a/new/y')).toMatchObject({ params: { id: 'new' } })
})

test('names parameters as the matched route does, though another names them otherwise', () => {
  const match = createRouteMatcher([route('GET /a/:id/x'), route('GET /a/:name/y')])
  expect(match('GET', '/a/1/x')?.params).toEqual({ id: '1' })
  expect(match('GET', '/a/1/y')?.params).toEqual({ name: '1' })
})

test('answers HEAD with the GET route, unless HEAD has one of its own', () => {
  const match = createRouteMatcher([route('GET /a'), route('GET /b'), route('HEAD /b'), route('POST /c')])
  expect(match('HEAD', '/a')?.route.pattern).toBe('GET /a')
  expect(match('HEAD', '/b')?.route.pattern).toBe('HEAD /b')
  expect(match('HEAD', '/c')).toBeUndefined()
})

test.each([
  ['GET', '/a/'],
  ['GET', '/a/1/'],
  ['GET', '/A/1'],
  ['GET', 'xa/1'],
  ['GET', '*'],
  ['GET', ''],
  ['POST', '/a/1'],
  ['TRACE', '/a/1'],
])('finds nothing for %s %s', (method, path) => {
  expect(createRouteMatcher([route('GET /a/:id')])(method, path)).toBeUndefined()
})

test('decodes parameters once, and matches nothing that cannot be decoded', () => {
  const match = createRouteMatcher([route('GET /a/:id')])
  expect(match('GET', '/a/%C3%A9%2Fx%2541')?.params).toEqual({ id: 'é/x%41' })
  expect(match('GET', '/a/%E0%A4%A')).toBeUndefined()
})

test('gives back any parameter value that was encoded into the path', () => {
  const match = createRouteMatcher([route('GET /a/:id/b')])
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
      expect(match('GET', `/a/${encodeURIComponent(value)}/b`)?.params).toEqual({ id: value })
    }),
  )
})

test.each([
  ['GET /a', 'GET /a'],
  ['GET /a/:id', 'GET /a/:name'],
])('refuses %s beside %s', (first, second) => {
  expect(() => createRouteMatcher([route(first as 'GET /'), route(second as 'GET /')])).toThrow(
    expect.objectContaining({ code: 'HP_ROUTE_DUPLICATE' }),
  )
})

const segment = fc.constantFrom('a', 'b', ':x', ':y')
const shape = (segments: readonly string[]) => segments.map((s) => (s.startsWith(':') ? ':' : s)).join('/')
const tables = fc
  .uniqueArray(
    fc.uniqueArray(segment, { minLength: 1, maxLength: 4, selector: (s) => (s[0] === ':' ? s : {}) }),
    {
      selector: shape,
      maxLength: 12,
    },
  )
  .map((all) => all.map((segments) => route(`GET /${segments.join('/')}`)))

/** The rule, spelled out: of all routes that fit, the one with the earliest fixed segments wins. */
function naiveMatch(routes: readonly Route[], path: string): Route | undefined {
  const given = path.slice(1).split('/')
  const fits = routes.filter(
    ({ segments }) =>
      segments.length === given.length &&
      segments.every((s, index) => (s.startsWith(':') ? given[index] !== '' : s === given[index])),
  )
  const rank = ({ segments }: Route) => segments.map((s) => (s.startsWith(':') ? '1' : '0')).join('')
  return fits.toSorted((a, b) => rank(a).localeCompare(rank(b)))[0]
}

test('finds the same route as trying every one of them', () => {
  const paths = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(tables, paths, (routes, given) => {
      const path = `/${given.join('/')}`
      expect(createRouteMatcher(routes)('GET', path)?.route).toBe(naiveMatch(routes, path))
    }),
    { numRuns: 1000 },
  )
})
