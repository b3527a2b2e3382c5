import { describe, expect, test } from 'vitest'
import { Exchange } from '../../src/http/exchange.ts'
import { createStep } from '../../src/scenario/step.ts'

const step = createStep('GET /', { method: 'GET', path: '/' }, {})

/** One whose answer of so many bytes is read when it has been ready since `readyAt`. */
function answered(bytes: number, { writtenAt, readyAt }: { writtenAt: number; readyAt: number }): Exchange {
  const options = { due: writtenAt, keepsAnswer: false, onSettled: () => {} }
  const exchange = new Exchange(step, options, { ended: () => {}, readyAt: () => readyAt })
  exchange.onWrite()
  exchange.writtenAt = writtenAt
  exchange.onHead(200, () => ({}))
  exchange.onContent(Buffer.alloc(bytes), 0, bytes)
  exchange.onEnd()
  return exchange
}

describe('an answer ends', () => {
  const now = performance.now()

  test('when it was ready, where it came in one segment', () => {
    const { headAt, settledAt } = answered(100, { writtenAt: now - 50, readyAt: now - 20 })
    expect([headAt, settledAt]).toEqual([now - 20, now - 20])
  })

  test('when it is read, where a part may have come meanwhile', () => {
    const { headAt, settledAt } = answered(5_000, { writtenAt: now - 50, readyAt: now - 20 })
    expect(headAt).toBe(now - 20)
    expect(settledAt).toBeGreaterThanOrEqual(now)
  })

  test('never before its request was written', () => {
    const { headAt, settledAt } = answered(100, { writtenAt: now - 10, readyAt: now - 20 })
    expect([headAt, settledAt]).toEqual([now - 10, now - 10])
  })
})
