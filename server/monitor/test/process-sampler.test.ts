import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  createProcessSampler,
  type ProcessSample,
  type ProcessSamplerOptions,
} from '../src/process-sampler.ts'

function sampler(options?: ProcessSamplerOptions) {
  const created = createProcessSampler(options)
  onTestFinished(() => created.stop())
  return created
}

/** Keeps this thread busy for as much CPU time as given. */
function burn(cpuMs: number): void {
  const from = process.cpuUsage()
  const spent = () => {
    const { user, system } = process.cpuUsage(from)
    return (user + system) / 1000
  }
  while (spent() < cpuMs);
}

/** A sample with a delay: the event loop is looked at by a timer, which a busy machine may keep waiting. */
async function delayed(): Promise<ProcessSample> {
  const { sample } = sampler({ shortestMs: 0 })
  return vi.waitFor(() => {
    const sampled = sample()
    expect(sampled.eventLoopDelayMs).not.toBeNull()
    return sampled
  })
}

test('shares are shares, and a delay is never below 0', async () => {
  const { cpu, eventLoopDelayMs, eventLoopUtilisation } = await delayed()
  expect(cpu).toBeGreaterThanOrEqual(0)
  expect(eventLoopUtilisation).toBeGreaterThanOrEqual(0)
  expect(eventLoopUtilisation).toBeLessThanOrEqual(1)
  for (const figure of Object.values(eventLoopDelayMs!)) expect(figure).toBeGreaterThanOrEqual(0)
})

test('knows nothing of the delay when it is asked at once', () => {
  expect(sampler().sample().eventLoopDelayMs).toBeNull()
})

test('sees a busy thread as CPU, as utilisation and as delay', async () => {
  const { sample } = sampler()
  // The delay is a histogram of intervals: one before the block, so that the block is an interval too.
  await sleep(60)
  burn(150)
  await sleep(30)
  const busy = sample()
  expect(busy.cpu).toBeGreaterThan(0)
  expect(busy.eventLoopUtilisation).toBeGreaterThan(0)
  expect(busy.eventLoopDelayMs?.max).toBeGreaterThan(50)
})

test('askers close together share a sample', () => {
  const { sample } = sampler()
  const first = sample()
  burn(20)
  expect(sample()).toBe(first)
})
