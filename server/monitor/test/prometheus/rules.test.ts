import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import {
  grafanaDashboard,
  type Promised,
  prometheusRules,
  prometheusTests,
} from '../../src/prometheus/index.ts'

const run = promisify(execFile)

const targets = [
  'p99.9 < 300ms',
  'latency mean < 200ms',
  'hit > 80%',
  'statement p95 < 100ms',
  'errors < 0.5%',
  'page < 2s',
].map((budget, index) => ({ id: `T-${index}`, title: budget, budget }))
const shop: Promised = {
  app: 'shop',
  job: 'the "shop"',
  routes: [
    route('GET /items/:id', { budget: ['p95 < 50ms', 'errors < 1%', 'rate < 100/s'] }),
    route('GET /x'),
  ],
  targets,
}

/** Runs promtool on files; resolves with what it prints, however it ends. */
async function promtool(
  command: 'check' | 'test',
  files: Record<string, string>,
  last: string,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-promtool-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text)
    const { stdout, stderr } = await run('promtool', [command, 'rules', last], { cwd: folder }).catch(
      (error: { stdout: string; stderr: string }) => error,
    )
    return stdout + stderr
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('the rules are rules to promtool, and fire when a promise is broken and not when it is kept', async () => {
  const rules = prometheusRules(shop)
  expect(await promtool('check', { 'shop.yml': rules }, 'shop.yml')).toMatch(/SUCCESS: \d+ rules found/)
  const tests = prometheusTests(shop, 'shop.yml')
  for (const budget of ['p99.9 < 300ms', 'hit > 80%', 'rate < 100/s', 'errors < 1%'])
    expect(tests).toContain(budget)
  expect(await promtool('test', { 'shop.yml': rules, 'tests.yml': tests }, 'tests.yml')).toContain('SUCCESS')
  // The tests can fail: with limits that nothing reaches, no alert fires.
  const deaf = rules.replaceAll(/ > [\d.]+(?= |")/g, ' > 1e9')
  expect(await promtool('test', { 'shop.yml': deaf, 'tests.yml': tests }, 'tests.yml')).toContain('FAILED')
})

test('what Prometheus cannot see has no rule', () => {
  expect(prometheusRules(shop)).not.toContain('page < 2s')
})

test('a dashboard has a panel with its line for every promise, and queries that Prometheus can read', async () => {
  const { panels } = grafanaDashboard(shop) as {
    panels: { title: string; targets: { expr: string }[]; gridPos: { x: number; w: number } }[]
  }
  expect(panels.map(({ title }) => title)).toContain('GET /items/:id: p95 < 50ms')
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
  const rules = panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }, index) => ({ record: `panel_${index}`, expr: expr.replaceAll('$__rate_interval', '5m') }))
  const file = JSON.stringify({ groups: [{ name: 'panels', rules }] })
  expect(await promtool('check', { 'panels.yml': file }, 'panels.yml')).toContain('SUCCESS')
})
