import { expect, test } from 'vitest'
import type { Heard, Recorder } from '../../src/traces/recorder.ts'
import { spansOf } from '../../src/traces/spans.ts'

const load = { namespace: 'objects', durationMs: 30, error: null }
const read = { namespace: 'objects', group: 'ballot', outcome: 'loaded', durationMs: 32, failed: false }
const statement = {
  text: 'select 1',
  durationMs: 25,
  waitMs: 3,
  rows: 1,
  error: null,
  facts: null,
  route: null,
  site: null,
}

/** What was heard of a request that began at 100 ms, each at the time of its end. */
const recorded = (...heard: unknown[]): Recorder => ({
  startedAt: 100,
  handlerAt: 100,
  lagMs: 0,
  traceparent: undefined,
  heard: heard as Heard[],
  more: 0,
  isOver: true,
})

test('a statement lies within the load it was sent for, that within its lookup, and both within the request', () => {
  const recorder = recorded(
    { kind: 'statement', at: 135, message: statement },
    { kind: 'load', at: 136, message: load },
    { kind: 'read', at: 137, message: read },
    { kind: 'statement', at: 180, message: statement },
  )
  const { spans } = spansOf(recorder, { route: 'GET /a', durationMs: 90, failed: false })
  const kindOf = new Map(spans.map(({ id, kind }) => [id, kind]))
  expect(spans.map(({ kind, parent }) => [kind, parent === null ? null : kindOf.get(parent)])).toEqual([
    ['request', null],
    ['lookup', 'request'],
    ['load', 'lookup'],
    ['pool', 'load'],
    ['statement', 'load'],
    ['pool', 'request'],
    ['statement', 'request'],
  ])
})
