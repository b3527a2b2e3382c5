import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(path.join(os.tmpdir(), 'simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, content: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}

/** Runs `hotpath cache simulate`. */
async function run(...args: string[]) {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'cache', 'simulate', ...args])
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { stdout, stderr, code }
}

/** Ten keys in use, each request of one followed by a key that comes once. */
const keys = Array.from({ length: 4000 }, (_, index) =>
  index % 2 === 0 ? `used ${(index / 2) % 10}` : `once ${index}`,
)

test('gives the hit ratios of ours, of LRU and of the optimum at each size, as JSON', async () => {
  const file = written('keys.txt', `${keys.join('\n')}\n`)
  const { stdout, stderr, code } = await run(file, '--entries', '5,12,100', '--json')
  expect([code, stderr]).toEqual([0, ''])
  const { results, ...others } = JSON.parse(stdout) as {
    results: { policy: string; entries: number; hitRatio: number }[]
  }
  expect(others).toEqual({})
  expect(results.map((result) => [result.policy, result.entries])).toEqual(
    [5, 12, 100].flatMap((entries) => ['hotpath', 'lru', 'optimal'].map((policy) => [policy, entries])),
  )
  const ratioOf = (policy: string, entries: number) =>
    results.find((result) => result.policy === policy && result.entries === entries)?.hitRatio
  // Twenty keys pass between two requests of one in use: LRU of twelve has none of them left.
  expect(ratioOf('lru', 12)).toBe(0)
  expect(ratioOf('optimal', 12)).toBe((2000 - 10) / 4000)
  expect(ratioOf('hotpath', 12)).toBeGreaterThan(0.4)
  expect(ratioOf('lru', 100)).toBe((2000 - 10) / 4000)
})

test('prints a table and a picture for people', async () => {
  const { stdout, code } = await run(written('few.txt', 'a\nb\na\na\n'), '--entries', '1,2')
  expect(code).toBe(0)
  expect(stdout).toContain('Entries  hotpath    lru  optimal')
  expect(stdout).toContain('      2    50.0%  50.0%    50.0%')
  expect(stdout).toContain(`2 entries\n  hotpath   ${'█'.repeat(20)}${'·'.repeat(20)}  50.0%`)
})

test.for([
  ['a file that is missing', path.join(folder, 'none'), '5', 'HP_CACHE_TRACE_UNREADABLE'],
  ['an empty file', written('empty.txt', ''), '5', 'HP_CACHE_TRACE_EMPTY'],
  ['a size of nothing', written('one.txt', 'a'), '0', 'HP_OPTION_INVALID'],
  ['a size that is no number', written('two.txt', 'a'), '5,lots', 'HP_OPTION_INVALID'],
  ['a list with a gap', written('three.txt', 'a'), '5,,6', 'HP_OPTION_INVALID'],
] as const)('%s is wrong input', async ([, file, entries, code]) => {
  const ended = await run(file, '--entries', entries)
  expect([ended.code, ended.stdout]).toEqual([4, ''])
  expect(ended.stderr).toContain(code)
})

test('without sizes it says how it is used', async () => {
  const ended = await run(written('four.txt', 'a'))
  expect(ended.code).toBe(4)
  expect(ended.stderr).toContain('--entries')
})
