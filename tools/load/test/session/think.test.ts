import { setImmediate } from 'node:timers/promises'
import { route } from '@hotpath/core'
import { defineScenarios, runLoad, type Step } from '@hotpath/load'
import { expect, test } from 'vitest'
import { createStep } from '../../src/scenario/step.ts'
import { createSession } from '../../src/session/create-session.ts'
import type { SendOptions, SessionPort } from '../../src/session/session.ts'
import { startServer } from '../server.ts'

const routes = [route('GET /api/me'), route('GET /api/items')] as const

/** A session whose timers the test fires, and whose requests it sees. */
function thinkingSession() {
  const dues: number[] = []
  const timers: { ms: number; fire: () => void }[] = []
  const port: SessionPort = {
    origin: 'http://127.0.0.1',
    redirects: 0,
    send: (_step: Step, { due }: SendOptions) => void dues.push(due),
    wait: (ms: number, fire: () => void) => void timers.push({ ms, fire }),
    onCheck: () => {},
    onGroup: () => {},
    feed: () => ({}),
    live: () => null,
  }
  return { ...createSession({ number: 0, seed: 1, shared: undefined, port }), dues, timers }
}
const step = createStep('GET /', { method: 'GET', path: '/' }, {})

test('think time makes the next request due when it has passed, however late the timer fires', async () => {
  const { session, becomesDue, dues, timers } = thinkingSession()
  const before = performance.now()
  becomesDue(before)
  void session.send(step)
  const thought = session.think(0.002)
  const planned = performance.now() + 2
  expect(timers[0]!.ms).toBe(2)
  while (performance.now() < planned + 1) await setImmediate()
  timers[0]!.fire()
  await thought
  void session.send(step)
  expect(dues[0]).toBe(before)
  expect(dues[1]).toBeGreaterThanOrEqual(before + 2)
  expect(dues[1]).toBeLessThanOrEqual(planned)
})

test('think time that a timer cut short never makes a request due in the future', async () => {
  const { session, dues, timers } = thinkingSession()
  const thought = session.think(3600)
  timers[0]!.fire()
  await thought
  void session.send(step)
  expect(dues[0]).toBeLessThanOrEqual(performance.now())
})

test('think time lies between its bounds', () => {
  const { session, timers } = thinkingSession()
  for (let index = 0; index < 100; index++) void session.think(1, 3)
  for (const { ms } of timers) {
    expect(ms).toBeGreaterThanOrEqual(1000)
    expect(ms).toBeLessThanOrEqual(3000)
  }
  expect(new Set(timers.map(({ ms }) => ms)).size).toBe(100)
})

test('the end of the run stops sessions that are still thinking', async () => {
  await using server = await startServer((_request, response) => response.end())
  const { visit } = defineScenarios(routes, ({ request, scenario }) => ({
    visit: scenario({
      async run({ send, think }) {
        await send(request('GET /api/items'))
        await think(3600)
        await send(request('GET /api/me'))
      },
    }),
  }))
  const result = await runLoad({ origin: server.origin, scenarios: visit, rate: 50, duration: '100ms' })
  expect(result).toMatchObject({ requests: 5, errors: 0 })
})
