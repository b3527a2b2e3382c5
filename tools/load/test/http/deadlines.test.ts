import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDeadlines } from '../../src/http/deadlines.ts'
import { Exchange } from '../../src/http/exchange.ts'
import { createStep } from '../../src/scenario/step.ts'

const step = createStep('GET /', { method: 'GET', path: '/' }, {})
const exchange = (due: number) =>
  new Exchange(
    step,
    { due, keepsAnswer: false, onSettled: () => {} },
    { ended: () => {}, readyAt: () => due },
  )

test('knows those under way in their order, whichever end first', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('watch' as const), fc.nat())), (operations) => {
      const deadlines = createDeadlines(60_000, () => {})
      const model: Exchange[] = []
      for (const operation of operations) {
        if (operation === 'watch') {
          const watched = exchange(performance.now())
          deadlines.watch(watched)
          model.push(watched)
        } else if (model.length > 0) {
          const [forgotten] = model.splice(operation % model.length, 1)
          deadlines.forget(forgotten!)
        }
        expect(deadlines.count()).toBe(model.length)
      }
      const known = deadlines.all()
      deadlines.close()
      expect(known.length).toBe(model.length)
      for (const [index, expected] of model.entries()) expect(known[index]).toBe(expected)
    }),
  )
})

test('expires exactly those whose time has passed', async () => {
  const now = performance.now()
  const [late, later, inTime] = [exchange(now - 100), exchange(now - 50), exchange(now + 60_000)]
  const expired = await new Promise<Exchange[]>((resolve) => {
    const deadlines = createDeadlines(40, (found) => {
      resolve(found)
      deadlines.close()
      for (const each of [late, later, inTime]) deadlines.forget(each)
    })
    for (const each of [late, later, inTime]) deadlines.watch(each)
  })
  expect(expired).toEqual([late, later])
})
