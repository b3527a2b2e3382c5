import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A server that knows the truth, in a process of its own: `origin.ts <answers after ms> [stall from ms] [stall length ms]`.
 * It notes when each request arrived and when it was answered. From `stall from` after the first request on, no answer
 * leaves for `stall length`; requests are still accepted. It tells its port, and, asked by any message, its notes.
 */
const [delayMs = 0, stallFromMs = Infinity, stallMs = 0] = process.argv.slice(2).map(Number)
/** Milliseconds from arrival to answer, one per request. */
let answered: number[] = []
let firstAt = Number.NaN

const server = createServer((_request, response) => {
  const arrivedAt = performance.now()
  if (Number.isNaN(firstAt)) firstAt = arrivedAt
  answerAt(response, arrivedAt, heldUntil(arrivedAt + delayMs))
})

/** The moment of an answer: its own, or the end of the stall that it falls into. */
function heldUntil(at: number): number {
  const stallFrom = firstAt + stallFromMs
  return at >= stallFrom && at < stallFrom + stallMs ? stallFrom + stallMs : at
}

/** Answers to the microsecond, where a timer alone would be up to a millisecond late. */
function answerAt(response: ServerResponse, arrivedAt: number, at: number): void {
  const leftMs = at - performance.now()
  if (leftMs > 1.5) setTimeout(answerAt, leftMs - 1.5, response, arrivedAt, at)
  else if (leftMs > 0) setImmediate(answerAt, response, arrivedAt, at)
  else {
    response.end('{"ok":true}')
    answered.push(performance.now() - arrivedAt)
  }
}

process.on('message', () => {
  process.send?.({ answered })
  answered = []
  firstAt = Number.NaN
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
