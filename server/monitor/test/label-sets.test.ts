import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketBounds, countOf, observe } from '../src/buckets.ts'
import { createLabelSets } from '../src/label-sets.ts'

const boundsMs = bucketBounds([])

test('gives one set per method, route and status, and the same one again', () => {
  const sets = createLabelSets({ boundsMs })
  const set = sets.find('GET', '/a', 200)
  expect(set.labels).toEqual({ method: 'GET', route: '/a', status: '200' })
  expect(sets.find('GET', '/a', 200)).toBe(set)
  for (const other of [
    sets.find('HEAD', '/a', 200),
    sets.find('GET', '/b', 200),
    sets.find('GET', '/a', 404),
  ]) {
    expect(other).not.toBe(set)
  }
  expect(sets.all()).toHaveLength(4)
})

test.each([
  ['BREW', 200, { method: 'OTHER', status: '200' }],
  ['get', 200, { method: 'OTHER', status: '200' }],
  ['GET', 0, { method: 'GET', status: 'other' }],
  ['GET', 999, { method: 'GET', status: 'other' }],
  ['GET', NaN, { method: 'GET', status: 'other' }],
  ['GET', 200.5, { method: 'GET', status: 'other' }],
])('counts %s %d as %o', (method, status, labels) => {
  expect(createLabelSets({ boundsMs }).find(method, '/a', status).labels).toMatchObject(labels)
})

test('beyond the limit counts under the route "other" and the class of the status', () => {
  const sets = createLabelSets({ boundsMs, maxSets: 66 })
  expect(sets.find('GET', '/a', 404).labels).toEqual({ method: 'GET', route: 'other', status: '4xx' })
  expect(sets.find('POST', '/a', 0).labels).toEqual({ method: 'POST', route: 'other', status: 'other' })
})

test('never holds more than maxSets, and loses no request', () => {
  const request = fc.tuple(
    fc.oneof(fc.constantFrom('GET', 'POST', 'PUT'), fc.string()),
    fc.oneof(fc.constantFrom('/a', '/b', 'other', '__proto__'), fc.string()),
    fc.integer({ min: 0, max: 700 }),
  )
  fc.assert(
    fc.property(
      fc.array(request, { maxLength: 400 }),
      fc.integer({ min: 66, max: 100 }),
      (requests, maxSets) => {
        const sets = createLabelSets({ boundsMs, maxSets })
        for (const [method, route, status] of requests) observe(sets.find(method, route, status).durations, 1)
        expect(sets.all().length).toBeLessThanOrEqual(maxSets)
        const keys = sets.all().map(({ labels }) => JSON.stringify(labels))
        expect(new Set(keys).size).toBe(keys.length)
        expect(sets.all().reduce((sum, { durations }) => sum + countOf(durations), 0)).toBe(requests.length)
      },
    ),
  )
})
