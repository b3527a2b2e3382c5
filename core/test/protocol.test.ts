import { paths } from '@hotpath/core'
import { expect, test } from 'vitest'

test('each path of our own is different and absolute', () => {
  const all = Object.values(paths)
  expect(new Set(all).size).toBe(all.length)
  for (const path of all) expect(path).toMatch(/^\/[\w./]+$/)
})

test('what shows or changes the inside lies below the guarded folder', () => {
  const { metrics, health, ready, rum, console, ...inside } = paths
  for (const path of Object.values(inside)) expect(path.startsWith(console)).toBe(true)
  expect([metrics, health, ready]).toEqual(['/metrics', '/health', '/ready'])
  // Browsers of visitors tell it what they saw.
  expect(rum).toBe('/.hotpath/rum')
})
