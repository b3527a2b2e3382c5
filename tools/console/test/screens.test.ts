import { expect, test } from 'vitest'
import { changeOf, percent, perSecond } from '../src/web/parts/say.ts'
import {
  groupHitShare,
  httpHitShare,
  missReasons,
  stampedesStopped,
} from '../src/web/screens/caches/caches-figures.ts'
import { hitsOf, purgeOf } from '../src/web/screens/caches/purge-target.ts'
import { capacityVerdict, saturatesAt } from '../src/web/screens/capacity/capacity-sentence.ts'
import { planLines } from '../src/web/screens/database/plan-lines.ts'
import { poolVerdict } from '../src/web/screens/database/pool-verdict.ts'
import { histogramShape } from '../src/web/screens/loads/histogram-shape.ts'
import { comparisonSentence, judgementOf, sentenceOf, startOf } from '../src/web/screens/loads/load-words.ts'
import { vitalsVerdict, vitalText } from '../src/web/screens/vitals/vital-words.ts'
import { cachesReport, keyGroup, purgePreview } from './caches-fixture.ts'
import { headroom } from './capacity-fixture.ts'
import { databaseReport, statement } from './database-fixture.ts'
import { loadComparison, loadRun, runSummary } from './loads-fixture.ts'
import { vital } from './vitals-fixture.ts'

test('figures are said in so many digits as can be believed', () => {
  expect([0, 0.004, 0.1234, 0.996, 1, null].map(percent)).toEqual(['0%', '0.4%', '12%', '99.6%', '100%', '–'])
  expect([0.4, 12.34, 1240.4].map(perSecond)).toEqual(['0.4/s', '12.3/s', '1,240/s'])
  expect([1.213, 1, 0.9].map(changeOf)).toEqual(['+21.3%', '0.0%', '−10.0%'])
})

test('a purge is made of what was typed; nothing is made of nothing', () => {
  expect(purgeOf({ by: 'tags', text: ' ballot:1, city:2  ballot:1' })).toEqual({
    body: { tags: ['ballot:1', 'city:2'] },
    preview: '/_hotpath/api/cache/preview?tag=ballot%3A1&tag=city%3A2',
  })
  expect(purgeOf({ by: 'pattern', text: ' /api/a?b=1&c=* ' })?.preview).toBe(
    '/_hotpath/api/cache/preview?pattern=%2Fapi%2Fa%3Fb%3D1%26c%3D*',
  )
  expect(purgeOf({ by: 'tags', text: ' , ' })).toBeNull()
  expect(purgeOf({ by: 'pattern', text: ' ' })).toBeNull()
  expect(hitsOf(purgePreview)).toBe(33)
})

test('shares of caches count what was served against what was not', () => {
  const none = { hits: 0, staleHits: 0, collapsed: 0, misses: 0 }
  expect(httpHitShare({ http: { ...cachesReport().http, ...none } })).toBeNull()
  expect(
    httpHitShare({
      http: { ...cachesReport().http, ...none, hits: 6, staleHits: 2, collapsed: 1, misses: 3 },
    }),
  ).toBe(0.75)
  expect(stampedesStopped(cachesReport())).toBe(912 + 133 + 4)
  const misses = { absent: 2, expired: 0, invalidated: 8, unreachable: 0, corrupt: 0 }
  expect(missReasons(keyGroup({ misses }))).toBe('8 invalidated, 2 absent')
  expect(groupHitShare(keyGroup({ hits: { memory: 20, redis: 9 }, staleHits: 1, misses }))).toBe(0.75)
})

test('a forecast says what ends first, how far that is, and nothing where it was refused', () => {
  expect(capacityVerdict(headroom())).toMatchObject({
    tone: 'good',
    sentence: expect.stringContaining('1.5 times') as string,
  })
  const near = headroom({ saturation: { resource: 'database pool', value: 300, low: 290, high: 320 } })
  expect(capacityVerdict(near)).toMatchObject({ tone: 'warn', word: 'Little headroom' })
  const refused = headroom({ saturation: { refused: 'too few' } })
  expect(capacityVerdict(refused)).toMatchObject({ tone: 'idle', evidence: 'too few' })
  const [busiest] = headroom().resources
  const full = headroom({
    resources: [{ ...busiest!, utilisation: 0.99 }],
    saturation: { refused: 'too few' },
  })
  expect(capacityVerdict(full)).toMatchObject({ tone: 'bad', word: 'Used up' })
  expect(saturatesAt({ ...busiest!, base: 0.1, perRequest: 0.002 })).toBeCloseTo(450)
  expect(saturatesAt({ ...busiest!, perRequest: 0 })).toBeNull()
})

test('a plan becomes lines, whatever a database put into it', () => {
  const lines = planLines(statement().plan!.plan!)
  expect(lines.map(({ depth, what, isScan }) => [depth, what, isScan])).toEqual([
    [0, 'Sort', false],
    [1, 'Hash Join', false],
    [2, 'Seq Scan on votes', true],
    [2, 'Index Scan using questions_contest_id on questions', false],
  ])
  expect(lines[3]!.facts).toEqual(['Index Cond: (contest_id = $1)', '50 rows', 'cost 8'])
  expect(planLines({ 'Node Type': 7, Plans: 'none' } as never)).toEqual([
    { depth: 0, what: 'Node', facts: [], isScan: false },
  ])
  let deep = {}
  for (let level = 0; level < 1_000; level++) deep = { Plans: [deep] }
  expect(planLines(deep).length).toBeLessThan(40)
})

test('a pool that makes callers wait says what would help', () => {
  expect(poolVerdict(databaseReport()).tone).toBe('good')
  const { pool, sizing } = databaseReport()
  const short = { ...pool, waitMs: { ...pool.waitMs, p95: 30 }, saturation: 0.7 }
  expect(poolVerdict(databaseReport({ pool: short, sizing: { ...sizing!, size: 16 } }))).toMatchObject({
    tone: 'warn',
    sentence: expect.stringContaining('DATABASE_POOL_SIZE=16') as string,
  })
  expect(poolVerdict(databaseReport({ pool: short, sizing: null, kind: 'pglite' })).sentence).toContain(
    'one connection',
  )
})

test('a run is judged by its budgets only where it may be believed', () => {
  const missed = [{ text: 'p95 < 5ms', verdict: 'missed' as const, value: 6 }]
  expect(judgementOf(runSummary()).word).toBe('Budgets met')
  expect(judgementOf(runSummary({ budgets: [] })).word).toBe('Valid')
  expect(judgementOf(runSummary({ budgets: missed }))).toEqual({ tone: 'bad', word: 'Budget missed' })
  expect(judgementOf(runSummary({ budgets: missed, verdict: 'INVALID' })).word).toBe('Invalid')
  expect(sentenceOf(runSummary({ errors: 60, requests: 600 }))).toContain('10% errors in 600 requests')
})

test('a start is what the form says', () => {
  const draft = { scenario: 'read-mix', rate: '50', seconds: '1.5', budgets: ' p95 < 200ms ,, errors < 1%\n' }
  expect(startOf(draft)).toEqual({
    scenario: 'read-mix',
    rate: 50,
    durationMs: 1_500,
    budgets: ['p95 < 200ms', 'errors < 1%'],
  })
})

test('a comparison names what decided it, and never what it cannot', () => {
  expect(comparisonSentence(loadComparison())).toBe('p95 +21.0% (+8.0% to +40.0%)')
  expect(comparisonSentence(loadComparison({ verdict: 'INCONCLUSIVE' }))).toContain('too few to tell')
  expect(comparisonSentence(loadComparison({ verdict: 'EQUIVALENT' }))).toContain('within the margin')
})

test('a histogram fills its box, with round times along its axis', () => {
  const { bars, ticks } = histogramShape(loadRun().histogram)
  expect(Math.max(...bars.map(({ height }) => height))).toBe(100)
  expect(bars.at(-1)!.x + bars.at(-1)!.width).toBeLessThanOrEqual(100)
  expect(ticks.length).toBeLessThanOrEqual(9)
  for (const { at, text } of ticks) {
    expect(at).toBeGreaterThanOrEqual(0)
    expect(at).toBeLessThanOrEqual(100)
    expect(text).toMatch(/^[125]0*(\.\d)?(ms|s)$|^0\.[125]ms$/)
  }
  expect(histogramShape([{ from: 1, to: 1.05, count: 0 }]).bars[0]!.height).toBe(0)
})

test('what visitors experience is judged by the worst of the three', () => {
  expect(vitalsVerdict({}).word).toBe('No views yet')
  expect(vitalsVerdict({ LCP: vital(), CLS: vital({ p75: 0.04 }) })).toMatchObject({ tone: 'good' })
  const poor = vital({ p75: 612, verdict: 'poor' })
  const both = vitalsVerdict({ LCP: vital({ p75: 2_840, verdict: 'needs improvement' }), INP: poor })
  expect(both).toMatchObject({ tone: 'bad', word: 'Poor' })
  expect(both.sentence).toBe('LCP p75 is 2.84s, good up to 2.5s; INP p75 is 612ms, good up to 200ms.')
  expect([vitalText('CLS', 0.0412), vitalText('CLS', 0.25), vitalText('TTFB', 81.4)]).toEqual([
    '0.041',
    '0.25',
    '81ms',
  ])
})
