import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { urlScenario } from '@hotpath/load'
import { createRandom } from '../../src/random/random.ts'
import { driveClosed, type ModelOptions } from '../../src/run/models.ts'
import { planRun } from '../../src/run/plan.ts'
import type { UserStage } from '../../src/schedule/stages.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

/** Users who are each answered after 5 ms, on a clock that only the test moves: how many were under way, when, over 900 ms. */
async function presence(stages: readonly UserStage[]): Promise<number[]> {
  const controller = new AbortController()
  let underWay = 0
  const visitors: Pick<ModelOptions['visitors'], 'create' | 'begin'> = {
    create: (number) => ({ number, sessions: new Map(), random: () => createRandom(1, number) }),
    begin(_user, _due, onEnd) {
      underWay += 1
      setTimeout(() => {
        underWay -= 1
        onEnd(true)
      }, 5)
    },
  }
  const driven = driveClosed({
    plan: planRun({ scenarios: urlScenario('http://127.0.0.1:4000/'), model: 'closed', stages }),
    visitors: visitors as ModelOptions['visitors'],
    start: performance.now(),
    alarm: { follow() {}, leadBy() {}, async [Symbol.asyncDispose]() {} },
    signal: controller.signal,
  })
  const present: number[] = []
  for (let ms = 20; ms < 900; ms += 20) {
    await vi.advanceTimersByTimeAsync(20)
    present.push(underWay)
  }
  controller.abort()
  await driven
  return present
}

test('as many users are under way as each stage asks for', async () => {
  const present = await presence([
    { duration: '300ms', users: 6, from: 6 },
    { duration: '300ms', users: 2, from: 2 },
    { duration: '300ms', users: 4, from: 4 },
  ])
  const during = (fromMs: number, toMs: number) => new Set(present.slice(fromMs / 20, toMs / 20 - 1))
  expect(during(20, 300)).toEqual(new Set([6]))
  expect(during(320, 600)).toEqual(new Set([2]))
  expect(during(620, 900)).toEqual(new Set([4]))
})
