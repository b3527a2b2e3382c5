import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { allowedCores, readCores, serversOf } from '@hotpath/load'
import type { StoredRun } from '@hotpath/load/history'
import { treeCpuSeconds } from '@hotpath/load/machine'
import { openBaseline, readBaseline } from '../src/compare/baselines.ts'
import { compare } from '../src/commands/compare.ts'
import { history } from '../src/commands/history.ts'
import { startCommand } from '../src/compare/command-server.ts'
import { createProgram } from '../src/program.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'hotpath-compare-test-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(path.join(folder, 'package.json'), '{"workspaces": []}')

function written(name: string, content: unknown): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** Runs the command here, in the test's folder. */
async function run(...args: string[]): Promise<{ stdout: string; code: number }> {
  let [code, stdout] = [-1, '']
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((said) => {
    stdout += String(said)
    return true
  })
  const here = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  try {
    await createProgram((exit) => (code = exit)).parseAsync(['node', 'hotpath', ...args])
  } finally {
    write.mockRestore()
    here.mockRestore()
  }
  return { stdout, code }
}

/** Runs it in a process of its own, to its exit code. */
async function spawned(...args: string[]) {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, ...args], { cwd: folder })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stderr, code] = await Promise.all([text(child.stderr), ended])
  return { stderr, code }
}

function stored(p95: number, startedAt = '2026-11-21T11:00:00.000Z'): StoredRun {
  return {
    verdict: 'VALID',
    model: 'open',
    target: { rate: 50 } as StoredRun['target'],
    requests: 500,
    errors: 0,
    achievedRate: 50,
    bytes: 500_000,
    responseMs: { p50: p95 / 2, p90: p95 / 1.2, p95, p99: p95 * 2, max: p95 * 3, mean: p95 / 2 },
    startedAt,
  }
}

describe('hotpath compare', () => {
  test('two stored runs: the ratio, no interval, and exit code 2', async () => {
    const [a, b] = [written('a.json', stored(20)), written('b.json', stored(30))]
    const { stdout, code } = await run('compare', a, b, '--json')
    expect(code).toBe(2)
    const { verdict, metrics } = JSON.parse(stdout) as {
      verdict: string
      metrics: { name: string; ratio: number; low: number | null; verdict: string }[]
    }
    expect(verdict).toBe('INCONCLUSIVE')
    expect(metrics.find(({ name }) => name === 'p95')).toMatchObject({
      ratio: 1.5,
      low: null,
      verdict: 'INCONCLUSIVE',
    })
    expect((await run('compare', a, b)).stdout).toMatch(/no interval/)
  })

  test('a baseline of several runs against several others: REGRESSED, exit code 1', async () => {
    const times = [19, 19.5, 20, 20.2, 20.4, 20.8, 21, 19.8]
    for (const p95 of times) openBaseline('main', folder).add(stored(p95))
    const after = written('after.json', { runs: times.map((p95) => stored(p95 * 1.5)) })
    const { stdout, code } = await run('compare', '--baseline', 'main', after, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'REGRESSED' })
  })

  const options = {
    pairs: { least: 10, most: 20 },
    margin: 0.05,
    rate: 50,
    duration: '1s',
    warmup: 0,
    seed: 1,
    json: true,
  } as const
  test.each([
    [[], {}, /what to compare: nothing was given/],
    [[], { a: 'http://127.0.0.1:1' }, /what to compare: --a was given/],
    [['a.json'], { a: 'x', b: 'y' }, /what to compare: --a, --b, 1 file/],
    [['x.json'], { baseline: '../../etc/passwd' }, /cannot be the name of a baseline/],
    [['x.json'], { baseline: 'nobody' }, /There is no baseline "nobody"/],
    [['missing.json', 'x.json'], {}, /Cannot read missing.json: ENOENT/],
    [[], { a: 'localhost:4000', b: 'http://127.0.0.1:1' }, /with its beginning: http:\/\/localhost:4000/],
    [[], { a: 'http://', b: 'x' }, /a URL, such as http/],
    [[], { a: 'no such app', b: 'nor this', path: '/' }, /did not become a server/],
  ])('%j with %j is wrong usage, in a sentence', async (files, given, problem) => {
    await expect(compare(files, { ...options, ...given })).rejects.toThrow(problem)
  })

  test('a range of pairs the wrong way round is exit code 4', async () => {
    const { stderr, code } = await spawned('compare', '--a', 'x', '--b', 'y', '--pairs', '20..10')
    expect(stderr).toMatch(/--pairs was given/)
    expect(code).toBe(4)
  })
})

describe('a baseline', () => {
  test('keeps its newest runs, and those only', () => {
    for (let p95 = 1; p95 <= 65; p95++) openBaseline('long', folder).add(stored(p95))
    const runs = readBaseline('long', folder)
    expect(runs).toHaveLength(60)
    expect(runs.at(-1)!.responseMs.p95).toBe(65)
  })

  test.each(['', '.', '..', 'a/b', '-x', 'x'.repeat(65), 'a\0'])('cannot be called %j', (name) => {
    expect(() => openBaseline(name, folder)).toThrow(/HP_BASELINE_NAME|cannot be the name/)
  })
})

describe('hotpath history', () => {
  const values = Array.from({ length: 60 }, (_, index) => (index < 30 ? 100 : 120) + ((index * 7) % 5))

  test('a series: its changes as JSON with the labels around them', async () => {
    const file = written('series.json', { values, labels: values.map((_, index) => `c${index}`) })
    const { stdout, code } = await run('history', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ points: 60, changes: [{ index: 30, from: 'c29', to: 'c30' }] })
    expect((await run('history', file)).stdout).toMatch(/▲[^]*\+19/)
  })

  test('a folder of stored runs is put in order by time', async () => {
    for (const [index, p95] of values.entries()) {
      const time = new Date(Date.UTC(2026, 0, 1 + index)).toISOString()
      written(path.join('runs', `${(index * 37) % 60}.json`), stored(p95, time))
    }
    const { stdout } = await run('history', path.join(folder, 'runs'), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ points: 60, changes: [{ index: 30 }] })
  })

  test('what is no series is refused', () => {
    const odd = written('odd.json', '{"values": ["fast"]}')
    expect(() => history(odd, { figure: 'p95', least: 0.01, json: true })).toThrow(/value 1 is neither/)
  })
})

describe('a command as a side', () => {
  const listen = `require('node:http').createServer((_, response) => response.end(String(process.pid))).listen(process.env.PORT)`

  test('is started with a free port, and ended with what it started', async () => {
    const server = await startCommand(`"${process.execPath}" -e "${listen}"; true`)
    const pid = Number(await (await fetch(server.origin)).text())
    expect(pid).not.toBe(server.pid)
    expect(treeCpuSeconds(server.pid)).toBeGreaterThanOrEqual(0)
    await server.stop()
    await expect(fetch(server.origin)).rejects.toThrow('fetch failed')
  })

  test.runIf(serversOf(allowedCores()))('leaves a core to the generator', async () => {
    const tell = `require('node:http').createServer((_, response) => response.end(require('node:fs').readFileSync('/proc/self/status'))).listen(process.env.PORT)`
    const server = await startCommand(`"${process.execPath}" -e "${tell}"`)
    const status = await (await fetch(server.origin)).text()
    await server.stop()
    expect(readCores(status)).toEqual(serversOf(allowedCores()))
  })

  test('one that ends is an error with what it said', async () => {
    await expect(startCommand('echo "no database" >&2; exit 3')).rejects.toThrow(/exit code 3[^]*no database/)
  })
})
