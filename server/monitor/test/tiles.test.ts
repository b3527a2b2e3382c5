import type { Tile } from '@hotpath/core'
import { expect, test } from 'vitest'
import { tilesOf } from '../src/tiles.ts'
import { collectionOf, type CollectionSketch, windowOf } from './collection.ts'

function tile(id: Tile['id'], sketch: CollectionSketch): Tile {
  return tilesOf(collectionOf(sketch)).find((tile) => tile.id === id)!
}

const busy = { requests: 600, errors: 6, hits: 450, lookups: 500, ms: 20 }

test('five tiles, always in the same order', () => {
  expect(tilesOf(collectionOf()).map(({ id }) => id)).toEqual(['requests', 'p95', 'errors', 'hit', 'vitals'])
})

test.each<[Tile['id'], number, string]>([
  ['requests', 10, 'perSecond'],
  ['p95', 20, 'ms'],
  ['errors', 0.01, 'ratio'],
  ['hit', 0.9, 'ratio'],
])('%s of a busy minute is %d %s', (id, value, unit) => {
  expect(tile(id, { minute: busy })).toMatchObject({ value, unit, reason: '', change: null, budget: null })
})

test.each<[Tile['id'], number | null, string]>([
  ['requests', 0, ''],
  ['p95', null, 'No request in the last minute.'],
  ['errors', null, 'No request in the last minute.'],
  ['hit', null, 'No cacheable request in the last minute.'],
  ['vitals', null, 'Browsers are not asked: the application declares no pages.'],
])('%s of an empty minute is %s: "%s"', (id, value, reason) => {
  expect(tile(id, {})).toMatchObject({ value, reason, change: null })
})

test('says that the layer is off where that is why there are no hits', () => {
  expect(tile('hit', { minute: { requests: 50 }, layer: 'off' }).reason).toBe(
    'The layer is off: nothing is cached.',
  )
})

test.each<[Tile['id'], CollectionSketch, number | null]>([
  ['requests', { minute: { requests: 120 }, before: { requests: 300 } }, 2],
  ['requests', { minute: { requests: 120 }, before: { requests: 30, seconds: 30 } }, 2],
  ['requests', { minute: {}, before: { requests: 300 } }, null],
  ['requests', { minute: { requests: 120 }, before: {} }, null],
  ['p95', { minute: { requests: 30, ms: 40 }, before: { requests: 30, ms: 20 } }, 2],
  ['errors', { minute: { requests: 100, errors: 3 }, before: { requests: 100, errors: 6 } }, 0.5],
  ['errors', { minute: { requests: 100, errors: 3 }, before: { requests: 100 } }, null],
  ['errors', { minute: { requests: 100 }, before: { requests: 100, errors: 6 } }, 0],
  ['hit', { minute: { requests: 9, hits: 4, lookups: 8 }, before: { requests: 9, hits: 2, lookups: 8 } }, 2],
  ['hit', { minute: { requests: 9 }, before: { requests: 9, hits: 2, lookups: 8 } }, null],
])('%s changed over %o by %s', (id, sketch, change) => {
  expect(tile(id, sketch).change).toBe(change)
})

test.each<[Tile['id'], string, string]>([
  ['p95', 'p95 < 30ms', 'met'],
  ['p95', 'p95 < 10ms', 'missed'],
  ['errors', 'errors < 0.5%', 'missed'],
  ['errors', 'errors < 5%', 'met'],
  ['hit', 'hit > 80%', 'met'],
  ['hit', 'hit > 95%', 'missed'],
  ['vitals', 'LCP p75 < 2.5s', 'not measured'],
])('%s carries the target %s: %s', (id, text, verdict) => {
  expect(tile(id, { minute: busy, targets: [text] }).budget).toEqual({ text, verdict })
})

test('a target is not held against a handful of requests', () => {
  const sketch = { minute: { requests: 19, ms: 900 }, targets: ['p95 < 10ms'] }
  expect(tile('p95', sketch)).toMatchObject({ value: 900, budget: { verdict: 'not measured' } })
})

test('series have a point per step: null before the start and where a figure has no meaning', () => {
  const steps = [null, windowOf(), windowOf({ requests: 10, errors: 5, hits: 2, lookups: 4, ms: 8 })]
  expect(tile('requests', { steps }).series).toEqual([null, 0, 2])
  expect(tile('p95', { steps }).series).toEqual([null, null, 8])
  expect(tile('errors', { steps }).series).toEqual([null, null, 0.5])
  expect(tile('hit', { steps }).series).toEqual([null, null, 0.5])
  expect(tile('vitals', { steps }).series).toEqual([null, null, null])
})
