import { expect, test } from 'vitest'
import { lockfileGaps } from '../lockfile-gaps.ts'

test('a whole lockfile has no gaps', () => {
  const packages = {
    '': { optionalDependencies: { fast: '1.0.0' } },
    'node_modules/fast': {},
    'node_modules/a/node_modules/@scope/b': { optionalDependencies: { fast: '1.0.0' } },
  }
  expect(lockfileGaps({ packages })).toEqual([])
})

test('an optional package without an entry is named with the one that wants it', () => {
  const packages = { 'node_modules/tool': { optionalDependencies: { '@tool/linux-arm64': '1.0.0' } } }
  expect(lockfileGaps({ packages })).toEqual([
    'node_modules/tool names @tool/linux-arm64, which has no entry',
  ])
})

test('a registry address is a gap, a link to a workspace is not', () => {
  const packages = {
    'node_modules/@hotpath/core': { resolved: 'core', link: true },
    'node_modules/x': { resolved: 'https://registry.example/x.tgz' },
  }
  expect(lockfileGaps({ packages })).toEqual([
    'node_modules/x carries the address https://registry.example/x.tgz',
  ])
})
