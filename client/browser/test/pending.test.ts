import { expect, test } from 'vitest'
import { createPending, type Place } from '../src/pending.ts'
import { matchTemplates } from '../src/templates.ts'

const home: Place = { start: 0, navigation: 'navigate', route: '/' }
const ballot: Place = { start: 0, navigation: 'soft-navigation', route: '/ballots/:id' }
const soft: Place = { start: 900, navigation: 'soft-navigation', route: '/ballots/:id' }

test('the latest value of a vital is sent, and what the server said with the page itself', () => {
  const pending = createPending()
  pending.vital(home, { name: 'LCP', value: 300, element: 'p' })
  pending.vital(home, { name: 'LCP', value: 812.34567, element: 'h1', server: { cache: 'hit' } })
  pending.vital(soft, { name: 'LCP', value: 40 })
  expect(pending.views()).toEqual([
    {
      route: '/',
      navigation: 'navigate',
      vitals: { LCP: 812.346 },
      elements: { LCP: 'h1' },
      server: { cache: 'hit' },
    },
    { route: '/ballots/:id', navigation: 'soft-navigation', vitals: { LCP: 40 }, elements: {} },
  ])
})

test('a slower interaction on another route takes the place of the one before', () => {
  const pending = createPending()
  pending.vital(home, { name: 'INP', value: 80, element: '#a' })
  pending.vital(ballot, { name: 'INP', value: 300, element: '#b', script: '/a.js' })
  expect(pending.views()).toEqual([
    { route: '/', navigation: 'navigate', vitals: {}, elements: {}, script: '' },
    {
      route: '/ballots/:id',
      navigation: 'soft-navigation',
      vitals: { INP: 300 },
      elements: { INP: '#b' },
      script: '/a.js',
    },
  ])
})

test('what is sent is not sent again, what comes later is', () => {
  const pending = createPending()
  pending.vital(home, { name: 'LCP', value: 300 })
  pending.task(home, 60)
  pending.settle()
  expect(pending.views()).toEqual([])
  pending.vital(home, { name: 'LCP', value: 400 })
  expect(pending.views()).toEqual([])
  pending.vital(home, { name: 'INP', value: 40 })
  pending.task(home, 70)
  expect(pending.views()).toMatchObject([{ vitals: { INP: 40 }, tasks: { count: 1, totalMs: 70 } }])
})

test('the navigation that goes on can be left out', () => {
  const pending = createPending()
  pending.vital(home, { name: 'INP', value: 40 })
  pending.vital(soft, { name: 'INP', value: 50 })
  expect(pending.views(soft.start)).toMatchObject([{ route: '/' }])
  pending.settle(soft.start)
  pending.vital(soft, { name: 'INP', value: 90 })
  expect(pending.views()).toMatchObject([{ navigation: 'soft-navigation', vitals: { INP: 90 } }])
})

test('errors are counted by kind and file, of ten kinds at most', () => {
  const pending = createPending()
  for (let times = 0; times < 3; times++) pending.error(home, 'TypeError', '/a.js')
  for (let file = 0; file < 20; file++) pending.error(home, 'Error', `/${file}.js`)
  const { errors } = pending.views()[0]!
  expect(errors).toHaveLength(10)
  expect(errors![0]).toEqual({ name: 'TypeError', file: '/a.js', count: 3 })
})

test('paths find their template, the first that fits; others have none', () => {
  const match = matchTemplates(['/', '/sign-in', '/ballots/:id', '/:city'])
  expect(['/', '/sign-in', '/ballots/7', '/springfield', '/ballots/', '/a/b/c'].map(match)).toEqual([
    '/',
    '/sign-in',
    '/ballots/:id',
    '/:city',
    undefined,
    undefined,
  ])
})
