import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { childrenCpuSeconds, parseStat, treeCpuSeconds } from '../../src/observe/process-cpu.ts'

test('a command with spaces and parentheses in its name does not shift the fields', () => {
  const line = '42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 100 0 0'
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, ticks: 110 })
})

test('the work of a child counts for its parent, and can be told apart while it lives', async () => {
  const busy = 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);'
  const before = treeCpuSeconds(process.pid)!
  expect(childrenCpuSeconds(process.pid)).toBe(0)
  const child = spawn(process.execPath, ['-e', `${busy} console.log('done'); setInterval(() => {}, 1000)`])
  await once(child.stdout, 'data')
  const during = treeCpuSeconds(process.pid)!
  const apart = childrenCpuSeconds(process.pid)!
  child.kill()
  await once(child, 'exit')
  expect(during - before).toBeGreaterThanOrEqual(0.25)
  expect(apart).toBeGreaterThanOrEqual(0.25)
  expect(apart).toBeLessThan(during)
  // After its end the child's time is the parent's own.
  expect(treeCpuSeconds(process.pid)!).toBeGreaterThanOrEqual(during - 0.02)
})
