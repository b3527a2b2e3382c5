import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Progress } from '@hotpath/load'
import { expect, onTestFinished, test } from 'vitest'
import { load, type LoadCommandOptions } from '../src/commands/load.ts'
import { liveLines } from '../src/load/live.ts'
import { runOptions } from '../src/load/run-options.ts'
import { scenariosIn } from '../src/load/scenario-files.ts'
import { findLoad } from '../src/load/target.ts'

const noFlags = {
  connections: 64,
  arrivals: 'uniform',
  seed: 1,
  budget: [],
  header: [],
  agent: [],
  keepAlive: true,
  json: true,
} as const

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-load-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

const scenario = (name: string) => `
  export const scenarios = { '${name}': { name: '${name}', weight: 1, origin: null, setup: null, run: () => {} } }`

test('scenarios are found by name in load/*.ts and *.load.ts, and by the path of their file', async () => {
  const folder = folderWith({
    'package.json': '{"workspaces": []}',
    'load/checkout.ts': scenario('buy'),
    'browse.load.ts': scenario('browse'),
    'other.ts': scenario('hidden'),
  })
  for (const name of ['buy', 'browse']) {
    const found = await findLoad(name, folder)
    expect(found.scenarios.map((one) => one.name)).toEqual([name])
  }
  const byPath = await findLoad('./browse.load.ts', folder)
  expect(byPath.scenarios.map((one) => one.name)).toEqual(['browse'])
  await expect(findLoad('hidden', folder)).rejects.toThrow(/buy, browse/)
  await expect(findLoad('nowhere.load.ts', folder)).rejects.toThrow(/no file nowhere/)
})

test("a script's own load holds until a flag takes its place", async () => {
  const folder = folderWith({
    'a.yml': `config: { target: 'http://localhost:1', phases: [{ duration: 60, arrivalRate: 10 }] }
scenarios: [{ flow: [{ get: { url: / } }] }]`,
  })
  const target = await findLoad('a.yml', folder)
  expect(runOptions(target, { ...noFlags })).toMatchObject({
    stages: [{ duration: 60_000, from: 10, rate: 10 }],
  })
  const replaced = runOptions(target, { ...noFlags, rate: 5, duration: '2s', origin: 'http://localhost:2' })
  expect(replaced).toMatchObject({ rate: 5, duration: '2s', origin: 'http://localhost:2' })
  expect(replaced.stages).toBeUndefined()
})

test('an imported script runs, its broken budget is exit code 1, and each report is written', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('{}')).listen(
    0,
    '127.0.0.1',
  )
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const folder = folderWith({
    'smoke.js': `import http from 'k6/http'
      import { check } from 'k6'
      export const options = { vus: 1, iterations: 3, thresholds: { checks: ['rate>0.99'] } }
      export default function () {
        const expected = { responseCallback: http.expectedStatuses(404) }
        check(http.get('http://127.0.0.1:${port}/a', expected), { found: (r) => r.status === 200 })
      }`,
  })
  const file = (name: string) => path.join(folder, name)
  const flags: LoadCommandOptions = {
    ...noFlags,
    out: file('run.json'),
    html: file('run.html'),
    junit: file('run.xml'),
  }
  const code = await load(file('smoke.js'), flags)
  const run = JSON.parse(readFileSync(file('run.json'), 'utf8')) as Record<string, any>
  expect(run).toMatchObject({ requests: 3, errors: 0, imported: { format: 'k6' } })
  expect(run.environment.fingerprint).toMatch(/^[\da-f]{10}$/)
  expect(run.checks).toEqual([{ name: 'found', passed: 0, failed: 3 }])
  // A machine that is busy with something else may make the run INVALID, and says so.
  expect(code).toBe(run.verdict === 'VALID' ? 1 : 3)
  expect(readFileSync(file('run.html'), 'utf8')).toContain('checks &gt; 99%')
  expect(readFileSync(file('run.xml'), 'utf8')).toContain('<failure message="measured 0%"/>')
})

test('the live screen keeps to the width of the terminal, and shows gaps where nothing was answered', () => {
  const progress = (second: number, p95Ms: number | null): Progress =>
    ({
      phase: 'measuring',
      elapsedMs: second * 1000,
      totalMs: 60_000,
      rate: 100,
      p95Ms,
      requests: 100 * second,
      errors: 0,
      underWay: 3,
      generator: { eventLoopUtilisation: 0.2, latenessP99Ms: 0.4 },
    }) as Progress
  const history = Array.from({ length: 200 }, (_, second) => progress(second, second === 198 ? null : 10))
  const lines = liveLines('a name that is longer than the terminal is wide: '.repeat(3), history, 70)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70)
  expect(lines.at(-1)!.slice(-2)).toBe(' █')
  expect(lines.join('\n')).toContain('3:19 of 1:00')
})

test.each([
  ['export const scenarios = {\n', /SyntaxError: .*broken\.load\.ts:1/],
  ["\nthrow new TypeError('no data here')", /TypeError: no data here \(.*broken\.load\.ts:2/],
  [
    "import 'a-package-that-nobody-has'",
    /Cannot find package 'a-package-that-nobody-has' imported from .*broken\.load\.ts/,
  ],
])('a file of scenarios that cannot be loaded is refused with the place: %s', async (text, what) => {
  const folder = folderWith({ 'package.json': '{"type": "module"}', 'broken.load.ts': text })
  await expect(scenariosIn(path.join(folder, 'broken.load.ts'))).rejects.toMatchObject({
    code: 'HP_MODULE_BROKEN',
    what: expect.stringMatching(what) as string,
  })
})
