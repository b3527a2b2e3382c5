import { binsOf, createHistogram } from '@hotpath/core'
import type { RunResult } from '@hotpath/load'
import { adviceFor, githubSummary, htmlReport, junitReport } from '@hotpath/load/report'
import { expect, test } from 'vitest'
import { judge } from '../../src/judge/judge.ts'
import { logTicks, ticksUpTo } from '../../src/report/scale.ts'

const times = { p50: 10, p90: 20, p95: 30, p99: 40, max: 50, mean: 12 }
const hostile = `<script>alert(1)</script>"'|\u0007@someone`

function resultOf(changes: Partial<RunResult> = {}): RunResult {
  const response = createHistogram()
  for (let at = 1; at <= 1000; at++) response.record(at / 10)
  const point = { sentRate: 10, answeredRate: 9, errorRate: 1, p50: 10, p95: 30, p99: 40, latenessP99: 0.2 }
  return {
    verdict: 'VALID',
    reasons: [],
    model: 'open',
    target: {
      rate: 10,
      users: null,
      durationMs: 3000,
      warmupMs: 0,
      arrivals: 'poisson',
      seed: 1,
      connections: 512,
      timeoutMs: 10_000,
    },
    requests: 1000,
    errors: 1,
    errorsByKind: { [hostile]: 1 },
    statuses: { 200: 999 },
    achievedRate: 10,
    bytes: 1,
    responseMs: times,
    serviceMs: times,
    ttfbMs: times,
    connectMs: times,
    latenessMs: times,
    endpoints: [{ name: `GET /${hostile}`, requests: 1000, errors: 1, responseMs: times }],
    stages: [],
    sessions: { count: 0, failed: 0, timesMs: times },
    groups: [],
    checks: [{ name: hostile, passed: 9, failed: 1 }],
    timeline: {
      sliceMs: 1000,
      points: [
        { atMs: 0, ...point },
        { atMs: 1000, ...point, p50: null, p95: null, p99: null },
        { atMs: 2000, ...point },
      ],
    },
    generator: {
      eventLoopUtilisation: 0.1,
      cpuSeconds: 1,
      connectionsOpened: 3,
      node: 'v24',
      generators: 1,
    } as RunResult['generator'],
    generatorLimited: false,
    budgets: [
      { text: 'p95 < 200ms', verdict: 'met', value: 30 },
      { text: 'errors < 0.01%', verdict: 'missed', value: 0.001 },
      { text: 'hit > 80%', verdict: 'not measured', value: null },
    ],
    startedAt: '2026-11-21T10:00:00.000Z',
    histograms: { response: response.toJSON() },
    ...changes,
  }
}

test('the report is one file that asks for nothing, and no text of a run becomes markup', () => {
  const page = htmlReport(resultOf(), {
    title: hostile,
    notes: [{ line: 3, kind: 'skipped', text: hostile }],
  })
  expect(page).not.toContain('<script')
  expect(page).not.toContain('\u0007')
  expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:/)
  expect(page.match(/&lt;script&gt;alert\(1\)/g)!.length).toBeGreaterThanOrEqual(6)
  expect(page).toContain("default-src 'none'")
})

test('each chart has a name for those who do not see it, and its figures as a table', () => {
  const page = htmlReport(resultOf(), { title: 'run' })
  const charts = page.match(/<svg [^>]*role="img" aria-label="[^"]+"/g)!
  expect(charts).toHaveLength(5)
  expect(page.match(/<details>/g)).toHaveLength(5)
  expect(page.match(/<td>10ms<\/td>/g)!.length).toBeGreaterThan(0)
  expect(page).not.toContain('NaN')
})

test('a run in which nothing was measured still has a report', () => {
  const none = { p50: null, p90: null, p95: null, p99: null, max: null, mean: null }
  const empty = resultOf({
    requests: 0,
    errors: 0,
    endpoints: [],
    errorsByKind: {},
    responseMs: none,
    timeline: { sliceMs: 1000, points: [] },
    histograms: { response: createHistogram().toJSON() },
  })
  const page = htmlReport(empty, { title: 'empty' })
  expect(page).not.toMatch(/NaN|Infinity|undefined/)
  expect(githubSummary(empty, 'empty')).not.toMatch(/NaN|undefined/)
})

test('JUnit has a case for the verdict, each budget and each check, in XML that can be read', () => {
  const xml = junitReport(resultOf(), hostile)
  expect(xml).toContain('tests="5" failures="1" errors="0" skipped="2"')
  const invalid = junitReport(resultOf({ verdict: 'INVALID', reasons: ['Too late.'] }), 'run')
  expect(invalid).toContain('<error message="INVALID: Too late."/>')
  const opened = xml.match(/<(?!\?|\/)[a-z]+[^>]*[^/]>/g)!.length
  expect(xml.match(/<\/[a-z]+>/g)).toHaveLength(opened)
})

test('a summary for GitHub is Markdown in which nothing of a run can act', () => {
  const text = githubSummary(resultOf(), hostile)
  expect(text).toContain('| **missed** |')
  expect(text).not.toContain('<script')
  expect(text).not.toContain('@someone')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  const cells = rows.map((row) => row.replaceAll(String.raw`\|`, '').split('|').length)
  expect(new Set(cells)).toEqual(new Set([5, 9]))
})

test('every reason that the judge can give comes with advice', () => {
  const generator = {
    latenessP99Ms: 50,
    serviceP50Ms: 1,
    eventLoopUtilisation: 0.99,
    achievedShare: 0.5,
    waitedForConnection: 3,
    connections: 2,
    outOfSockets: 4,
    eventLoopDelayP50Ms: 30,
    stolenMs: 900,
    stolenShare: 0.05,
  }
  const evidence = { model: 'open', aborted: true, requests: 9, rightAnswers: 0, generators: [generator] }
  const { reasons } = judge(evidence as unknown as Parameters<typeof judge>[0])
  const nothing = judge({ ...evidence, requests: 0 } as unknown as Parameters<typeof judge>[0])
  expect(reasons.length).toBeGreaterThanOrEqual(8)
  for (const reason of [...reasons, ...nothing.reasons]) expect(adviceFor(reason), reason).not.toBeNull()
})

test('the bins of a distribution hold every request once', () => {
  const histogram = createHistogram()
  for (let at = 0; at < 5000; at++) histogram.record(0.3 * 1.001 ** at)
  const bins = binsOf(histogram, 17)
  let sum = 0
  for (const bin of bins) sum += bin.count
  expect(sum).toBe(5000)
  expect(Math.min(...bins.map((bin) => bin.count))).toBeGreaterThanOrEqual(0)
})

test('ticks are round, begin below and end above what they measure', () => {
  expect(ticksUpTo(68, 4)).toEqual([0, 20, 40, 60, 80])
  expect(ticksUpTo(0.3, 4)).toEqual([0, 0.1, 0.2, 0.3])
  expect(logTicks(5.7, 239)).toEqual([5, 10, 20, 50, 100, 200, 500])
})

test('says how many requests the rate limits of the application turned away', () => {
  const limited = resultOf({ errors: 400, errorsByKind: { 'status 429': 400 } })
  expect(githubSummary(limited, 'run')).toContain('400 of 1,000 requests were turned away by rate limits')
  expect(githubSummary(resultOf(), 'run')).not.toContain('rate limits')
})
