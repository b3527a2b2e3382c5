import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisPair, startPair } from './simulation/redis-pair.ts'
import { type CallStep, createCalls, isCall, type Step, steps } from './simulation/script-calls.ts'
import type { Request } from './simulation/simulated-redis.ts'
import { connectWire, type Plain, type Wire, type Wired } from './simulation/wire.ts'

let redis: LocalRedis
let wire: Wire

beforeAll(async () => {
  redis = await startRedis()
  wire = await connectWire(redis.port)
})

afterAll(async () => {
  wire?.close()
  await redis?.stop()
})

/** Plays one step on both. */
async function playStep(step: Step, pair: RedisPair, calls: ReturnType<typeof createCalls>): Promise<void> {
  if (!isCall(step)) {
    const keys = pair.keys()
    const key = keys[step.key % Math.max(1, keys.length)]
    if (key === undefined) return
    if (step.kind === 'remove') {
      const [simulated, real] = await pair.remove(key)
      expect(simulated).toEqual(real)
    } else if (key.startsWith('{app}k')) {
      await pair.poison(key, '1\ttruncated')
    }
    return
  }
  const request = calls.call(step, await pair.realTime())
  if (request === undefined) return
  const real = await pair.real([request])
  const reply = real[0]?.kind === 'reply' ? real[0].reply : null
  const isScript = request.kind === 'script' && Array.isArray(reply)
  const at = isScript ? (reply[2] as number) : pair.simulatedTime()
  expect(await pair.simulate([request], at)).toEqual(real)
  if (isScript) calls.answered(step, reply as readonly Plain[])
}

test('the simulated server answers every script, keeps and tells what Redis itself does', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const pair = await startPair(wire)
      const calls = createCalls()
      for (const step of history) await playStep(step, pair, calls)
      const [simulated, real] = await pair.held()
      const values = (held: typeof real) => [...held].map(([key, { value }]) => [key, value])
      expect(values(simulated)).toEqual(values(real))
      for (const [key, { left }] of simulated) {
        const rest = real.get(key)!.left
        // The lives that are given differ by a factor of ten; the test itself takes less than the shortest of them.
        expect(rest === -1 ? left : Math.abs(left - rest) < 50_000).toBe(rest === -1 ? -1 : true)
      }
    }),
    { numRuns: 150 },
  )
})

const timesMasked = (heard: readonly Wired[]) => JSON.stringify(heard).replaceAll(/1[6-9][0-9]{11}/g, 'T')

test('commands of one turn are answered first and what they changed is told behind, a flush at once', async () => {
  const pair = await startPair(wire)
  const calls = createCalls()
  const place = { namespace: 'n1', version: '1', name: 'k:1' }
  const now = await pair.realTime()
  const request = (step: CallStep) => calls.call(step, now)!
  const invalidate = (tags: string[], scopes: [string, string][]) =>
    request({ kind: 'invalidate', hard: true, tags, scopes, keys: [place], ack: true })
  const batches: Request[][] = [
    [
      invalidate(['t2', 't1'], []),
      { kind: 'command', words: ['PING'] },
      request({ kind: 'open', place, tags: ['t1', 't3'], known: false }),
    ],
    [
      invalidate(['t1'], [['n1', '*']]),
      { kind: 'command', words: ['FLUSHALL'] },
      request({ kind: 'marks', tags: ['t1'], scopes: [] }),
    ],
    [request({ kind: 'marks', tags: ['t1'], scopes: [] })],
  ]
  for (const batch of batches) {
    const real = await pair.real(batch)
    expect(timesMasked(await pair.simulate(batch, now))).toBe(timesMasked(real))
  }
})

test('the mark of a namespace keeps the same patterns and the same floor when it overflows', async () => {
  const pair = await startPair(wire)
  const calls = createCalls()
  const now = await pair.realTime()
  for (let count = 0; count < 70; count++) {
    const [scopes, tags]: [[string, string][], string[]] = [[['n1', `${count}:*`]], []]
    const request = calls.call({ kind: 'invalidate', hard: true, tags, scopes, keys: [], ack: false }, now)!
    await pair.real([request])
    await pair.simulate([request], now)
  }
  const marks = [calls.call({ kind: 'marks', tags: [], scopes: ['n1'] }, now)!]
  const real = await pair.real(marks)
  expect(timesMasked(await pair.simulate(marks, now))).toBe(timesMasked(real))
  expect(JSON.stringify(real)).toContain('69:*')
})
