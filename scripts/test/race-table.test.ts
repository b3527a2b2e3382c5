import { expect, test } from 'vitest'
import { benchmarkPage } from '../benchmark-page.ts'

const bar = {
  id: 'x',
  ours: 0,
  peers: { other: 1 },
  unit: 'stale answers',
  ratio: 0,
  bar: 'never stale',
  holds: true,
}
const run = { suite: 'race', date: '2026-11-21T00:00:00Z', machine: 'm', versions: { node: '24' } }

test('results in words become a matrix, each cache a column, what is wrong in bold', () => {
  const page = benchmarkPage([
    {
      ...run,
      results: [
        { ...bar, what: 'A race', cells: { hotpath: 'right', other: 'STALE', third: 'n/a' } },
        { ...bar, what: 'A stampede', cells: { hotpath: '1 load', other: '10 loads' } },
      ],
    },
  ])
  expect(page).toContain('| what happens | hotpath | other | third |\n|---|---|---|---|\n')
  expect(page).toContain('| A race | right | **STALE** | n/a |')
  expect(page).toContain('| A stampede | 1 load | **10 loads** | n/a |')
})

test('results in figures stay a table of figures', () => {
  const page = benchmarkPage([{ ...run, results: [{ ...bar, what: 'A read' }] }])
  expect(page).toContain('| A read | 0 | other 1 | stale answers | 0 | never stale | holds |')
})

test('what could not be measured is a dash, and what came of each cell unfolds', () => {
  // JSON has no infinity.
  const unmeasured = JSON.parse('null') as number
  const cells = { 'cache off': 'found 1210/s' }
  const half = { ...bar, what: 'A knee (p95 < 1s)', ours: unmeasured, ratio: unmeasured, cells }
  const page = benchmarkPage([{ ...run, results: [{ ...bar, what: 'A read' }, half] }])
  expect(page).toContain('| A knee (p95 < 1s) | — |')
  expect(page).toContain('<summary>A knee (p95 &lt; 1s)</summary>\n\n- cache off: found 1210/s\n')
})

test('cells of something else than caches make no matrix, though each row has some', () => {
  const page = benchmarkPage([
    { ...run, results: [{ ...bar, what: 'A plan', cells: { verdict: 'CARRIES' } }] },
  ])
  expect(page).toContain('| A plan | 0 | other 1 | stale answers | 0 | never stale | holds |')
  expect(page).toContain('<summary>A plan</summary>\n\n- verdict: CARRIES\n')
})
