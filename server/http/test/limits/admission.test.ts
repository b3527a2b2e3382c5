import type { ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { createAdmission, type AdmissionOptions } from '@hotpath/http/limits'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFairQueue } from '../../src/limits/fair-queue.ts'
import { watchLoop } from '../../src/limits/loop-watch.ts'
import { type LoopSample, nextShedding, nothingShed } from '../../src/limits/overload.ts'
import { listen, until } from './server.ts'

/** A server whose handlers wait to be finished, behind an admission. */
async function serveAdmitted(options: AdmissionOptions) {
  const admission = createAdmission({ maxLoopDelay: false, ...options })
  const running: ServerResponse[] = []
  const server = await listen(admission.wrap((_, response) => void running.push(response)))
  return {
    ...server,
    admission,
    running,
    finish: (body = 'done') => void running.shift()!.end(body),
    async [Symbol.asyncDispose]() {
      admission.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('runs so many handlers at one time, lets as many wait, and refuses the rest', async () => {
  await using server = await serveAdmitted({ concurrency: { max: 2, queue: 1, wait: '1h' } })
  const answers = Array.from({ length: 3 }, () => server.ask('/'))
  await until(() => server.admission.stats().waiting === 1)
  const { status, headers, body } = await server.ask('/')
  expect(status).toBe(503)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect(JSON.parse(body)).toMatchObject({ title: 'Overloaded' })
  expect(server.running).toHaveLength(2)
  server.finish()
  await until(() => server.running.length === 2)
  server.finish()
  server.finish()
  for (const answer of answers) expect((await answer).status).toBe(200)
  await until(() => server.admission.stats().inFlight === 0)
})

test('a request whose client left while it waited takes no place', async () => {
  await using server = await serveAdmitted({ concurrency: { max: 1, queue: 1, wait: '1h' } })
  const first = server.ask('/')
  await until(() => server.running.length === 1)
  const leaving = server.begin('/').on('error', () => {})
  await until(() => server.admission.stats().waiting === 1)
  leaving.destroy()
  await until(() => server.admission.stats().waiting === 0)
  server.finish()
  expect((await first).status).toBe(200)
  await until(() => server.admission.stats().inFlight === 0)
  expect(server.running).toHaveLength(0)
})

test('a request that waited long enough is refused, and its handler does not run', async () => {
  await using server = await serveAdmitted({ concurrency: { max: 1, queue: 5, wait: '30ms' } })
  const first = server.ask('/')
  await until(() => server.running.length === 1)
  expect((await server.ask('/')).status).toBe(503)
  expect([server.running.length, server.admission.stats().waiting]).toEqual([1, 0])
  server.finish()
  expect((await first).status).toBe(200)
})

test('a full route leaves the others alone', async () => {
  const routes = [route('GET /slow', { concurrency: { max: 1, queue: 0 } })]
  await using server = await serveAdmitted({ routes })
  const slow = server.ask('/slow')
  await until(() => server.running.length === 1)
  expect((await server.ask('/slow')).status).toBe(503)
  const other = server.ask('/other')
  await until(() => server.running.length === 2)
  server.finish()
  server.finish()
  expect([(await slow).status, (await other).status]).toEqual([200, 200])
})

test('sheds while the event loop is late, never the health of the process, and stops when it is well again', async () => {
  let sample: (sample: LoopSample) => void = () => {}
  const admission = createAdmission({
    maxLoopDelay: '100ms',
    random: () => 0.5,
    watch: (onSample) => {
      sample = onSample
      return { close() {} }
    },
  })
  await using server = await listen(admission.wrap((_, response) => void response.end('ok')))
  const statusOf = async (path: string) => (await server.ask(path)).status
  expect([await statusOf('/'), admission.overloaded()]).toEqual([200, false])
  for (let count = 0; count < 5; count++) sample({ delayMs: 250, utilization: 1 })
  expect([await statusOf('/'), await statusOf('/health'), admission.overloaded()]).toEqual([503, 200, true])
  for (let count = 0; count < 20; count++) sample({ delayMs: 1, utilization: 0.3 })
  expect([await statusOf('/'), admission.overloaded()]).toEqual([200, false])
})

test('the share that is shed stays within bounds, rises only when late and busy, and falls to nothing', () => {
  const samples = fc.record({
    delayMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
    utilization: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(samples), (samples) => {
      let shedding = nothingShed
      for (const sample of samples) {
        const next = nextShedding(shedding, sample, { maxDelayMs: 100 })
        if (next.share > shedding.share) expect(sample.delayMs > 100 && sample.utilization > 0.8).toBe(true)
        if (next.share < shedding.share) expect(sample.delayMs < 50 || sample.utilization < 0.4).toBe(true)
        shedding = next
        expect(next.share).toBeGreaterThanOrEqual(0)
        expect(next.share).toBeLessThanOrEqual(0.95)
      }
      for (let count = 0; count < 20; count++) {
        shedding = nextShedding(shedding, { delayMs: 0, utilization: 0 }, { maxDelayMs: 100 })
      }
      expect(shedding).toEqual(nothingShed)
    }),
  )
})

test('a pause sheds nothing, however long; what lasts does', () => {
  const late = { delayMs: 5_000, utilization: 1 }
  const well = { delayMs: 1, utilization: 0.5 }
  const after = (samples: LoopSample[]) =>
    samples.reduce((shedding, sample) => nextShedding(shedding, sample, { maxDelayMs: 200 }), nothingShed)
      .share
  expect(after([late, late, well, late, late, well])).toBe(0)
  expect(after([late, late, late])).toBeGreaterThan(0.5)
})

test('sees that the event loop was blocked', async () => {
  const samples: LoopSample[] = []
  const watch = watchLoop(100, (sample) => void samples.push(sample))
  await until(() => {
    const end = performance.now() + 60
    while (performance.now() < end);
    return samples.some(({ delayMs, utilization }) => delayMs > 20 && utilization > 0.5)
  })
  watch.close()
  for (const { utilization } of samples) expect(utilization).toBeLessThanOrEqual(1)
})

test('serves clients in turn, however many requests one of them has waiting, and never exceeds its bound', () => {
  const queue = createFairQueue<string>(10, () => {})
  for (let count = 1; count <= 5; count++) queue.push('greedy', `greedy ${count}`)
  queue.push('modest', 'modest 1')
  queue.push('other', 'other 1')
  expect(Array.from({ length: 4 }, () => queue.shift())).toEqual([
    'greedy 1',
    'modest 1',
    'other 1',
    'greedy 2',
  ])

  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.boolean())),
      fc.integer({ min: 0, max: 5 }),
      (steps, capacity) => {
        const inside = new Set<number>()
        const queue = createFairQueue<number>(capacity, (dropped) =>
          expect(inside.delete(dropped)).toBe(true),
        )
        for (const [index, [client, takes]] of steps.entries()) {
          if (takes) {
            const item = queue.shift()
            if (item === undefined) expect(inside.size).toBe(0)
            else expect(inside.delete(item)).toBe(true)
          } else if (queue.push(String(client), index)) inside.add(index)
          expect(queue.size()).toBe(inside.size)
          expect(queue.size()).toBeLessThanOrEqual(capacity)
        }
      },
    ),
  )
})

test('one client with all places in the queue gives one up for another', async () => {
  const dropped: string[] = []
  const queue = createFairQueue<string>(3, (item) => void dropped.push(item))
  for (const item of ['a', 'b', 'c']) expect(queue.push('greedy', item)).toBe(true)
  expect(queue.push('greedy', 'd')).toBe(false)
  expect(queue.push('modest', 'x')).toBe(true)
  expect(dropped).toEqual(['c'])
})
