import { expect, test } from 'vitest'
import { backendsCpuSeconds, hostCpuSeconds, parseHostCpu } from '../src/host-cpu.ts'

test('the machine is busy with everything but idling and waiting for disks', () => {
  expect(parseHostCpu('cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 1 1 1\n')).toBeCloseTo(1.71)
  expect(parseHostCpu('nothing of the kind')).toBeNull()
})

test('this machine has been busy since its start', () => {
  expect(hostCpuSeconds()).toBeGreaterThan(0)
})

test('an id that another program has is nobody of the database', () => {
  expect(backendsCpuSeconds([process.pid, 2 ** 22 + 1])).toBeNull()
})
