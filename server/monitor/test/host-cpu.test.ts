import { expect, test } from 'vitest'
import { createBackendsCpu, hostCpuSeconds, parseHostCpu } from '../src/host-cpu.ts'

test('the machine is busy with everything but idling, waiting for disks, and what gives way', () => {
  expect(parseHostCpu('cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 1 1 1\n')).toBeCloseTo(1.51)
  expect(parseHostCpu('nothing of the kind')).toBeNull()
})

test('this machine has been busy since its start', () => {
  expect(hostCpuSeconds()).toBeGreaterThan(0)
})

test('an id that another program has is nobody of the database', () => {
  expect(createBackendsCpu().seconds([process.pid, 2 ** 22 + 1])).toBeNull()
})

test('the work of connections that were closed stays in the count, which never falls', () => {
  const used = new Map([
    [1, 5],
    [2, 3],
  ])
  const cpu = createBackendsCpu((pid) => used.get(pid) ?? null)
  expect(cpu.seconds([])).toBeNull()
  expect(cpu.seconds([1, 2])).toBe(8)
  // 1 idled and was closed; 2 worked on.
  used.delete(1)
  used.set(2, 4)
  expect(cpu.seconds([2])).toBe(9)
  // A third takes the id that was free again, and one that the pool has not missed yet is gone.
  used.set(1, 0.5)
  used.delete(2)
  expect(cpu.seconds([1, 2])).toBe(9.5)
  used.set(2, 1)
  expect(cpu.seconds([1, 2])).toBe(10.5)
  expect(cpu.seconds([])).toBe(10.5)
})
