import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sourceDigest } from '../src/pages/source-digest.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hotpath-digest-'))
  mkdirSync(path.join(folder, 'src'))
  mkdirSync(path.join(folder, 'dist'))
  writeFileSync(path.join(folder, 'src/a.tsx'), 'one')
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a changed, added or renamed source changes the digest', () => {
  const digests = new Set([sourceDigest([folder])])
  writeFileSync(path.join(folder, 'src/a.tsx'), 'two')
  digests.add(sourceDigest([folder]))
  writeFileSync(path.join(folder, 'src/b.tsx'), '')
  digests.add(sourceDigest([folder]))
  rmSync(path.join(folder, 'src/b.tsx'))
  writeFileSync(path.join(folder, 'src/c.tsx'), '')
  digests.add(sourceDigest([folder]))
  expect(digests.size).toBe(4)
})

test('what was built, and a new date, change nothing', () => {
  const before = sourceDigest([folder])
  writeFileSync(path.join(folder, 'dist/app.js'), 'built')
  utimesSync(path.join(folder, 'src/a.tsx'), 1, 1)
  expect(sourceDigest([folder])).toBe(before)
})
