import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cpuLimit, environmentDifferences, readEnvironment } from '../src/environment.ts'

test('an environment says where it is, and is the same a moment later', async () => {
  const [one, two] = [await readEnvironment(), await readEnvironment(os.tmpdir())]
  expect(one.cores).toBe(os.availableParallelism())
  expect(one.node).toBe(process.versions.node)
  expect(one.fingerprint).toMatch(/^[\da-f]{10}$/)
  expect(two.fingerprint).toBe(one.fingerprint)
  expect(environmentDifferences(one, two)).toEqual([])
})

test('what differs between two machines is named', async () => {
  const here = await readEnvironment()
  const there = { ...here, fingerprint: 'another', cores: 64, node: '22.1.0' }
  expect(environmentDifferences(here, there)).toEqual([
    `They ran with different cores: ${here.cores}, and 64.`,
    `They ran with different Node: ${here.node}, and 22.1.0.`,
  ])
})

test('what is checked out is told, with changes that are not committed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hotpath-environment-'))
  try {
    expect((await readEnvironment(folder)).git).toBeNull()
    const git = (...parameters: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...parameters], {
        encoding: 'utf8',
      })
    git('init', '-q')
    writeFileSync(path.join(folder, 'a.txt'), 'one')
    git('add', 'a.txt')
    git('commit', '-qm', 'one')
    const clean = (await readEnvironment(folder)).git
    expect(clean).toEqual({ commit: git('rev-parse', 'HEAD').trim(), dirty: false })
    writeFileSync(path.join(folder, 'a.txt'), 'two')
    expect((await readEnvironment(folder)).git?.dirty).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.each([
  ['max 100000\n', null],
  ['150000 100000\n', 1.5],
  ['', null],
  [null, null],
])('cpu.max %j grants %j CPUs', (text, cpus) => {
  expect(cpuLimit(text)).toBe(cpus)
})
