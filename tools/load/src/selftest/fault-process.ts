import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { letHelpersYield } from '../run/helper-threads.ts'
import { type Behaviour, createFates, type Fate, heldUntil } from './behaviour.ts'
import { createFaultLog, type FaultReport } from './fault-report.ts'
import { warmUp } from './warm-up.ts'

/**
 * A server that knows the truth, in a process of its own: it answers as its behaviour says, notes when each request
 * arrived and when its answer ended, and tells its parent when asked. Then all begins anew.
 */
const behaviour = JSON.parse(process.argv[2]!) as Behaviour
const log = createFaultLog()
/** While it warms up. */
const promptFate = (): Fate => ({ delayMs: 1, headFirst: true, reset: false })
let nextFate = promptFate
let firstAt = Number.NaN
let blocking: NodeJS.Timeout | undefined

const server = createServer((request, response) => {
  const arrivedAt = performance.now()
  if (Number.isNaN(firstAt) && nextFate !== promptFate) begin(arrivedAt)
  const fate = nextFate()
  if (fate.reset) {
    request.socket.resetAndDestroy()
    log.reset(arrivedAt)
    return
  }
  if (fate.headFirst) response.write('{"ok":')
  answerAt(response, fate, { arrivedAt, at: heldUntil(behaviour, arrivedAt + fate.delayMs, firstAt) })
})
server.keepAliveTimeout = 60_000

function begin(at: number): void {
  firstAt = at
  if (behaviour.kind !== 'block') return
  const { everyMs, lengthMs } = behaviour
  blocking = setInterval(() => {
    for (const until = performance.now() + lengthMs; performance.now() < until;);
  }, everyMs)
}

/** Waits by timers alone: what counts is noted, and a server that spins disturbs those it shares a core with. */
function answerAt(response: ServerResponse, fate: Fate, when: { arrivedAt: number; at: number }): void {
  const leftMs = when.at - performance.now()
  // Node's timers may fire a fraction of a millisecond early.
  if (leftMs > 0) setTimeout(answerAt, leftMs, response, fate, when)
  else {
    response.end(fate.headFirst ? 'true}' : '{"ok":true}')
    log.answered(when.arrivedAt, performance.now())
  }
}

server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const tap = behaviour.kind === 'block' ? startTap(port) : null
const announced = tap === null ? port : await tap.port
await warmUp(announced)
// For how long a compilation kept it from a request, it could not know.
letHelpersYield()
await takeLog()
process.send?.({ port: announced })
process.on('message', () => void report())
process.once('disconnect', () => process.exit())

async function report(): Promise<void> {
  process.send?.(await takeLog())
}

/** What was noted so far; all begins anew. */
async function takeLog(): Promise<FaultReport> {
  clearInterval(blocking)
  const own = log.take()
  nextFate = createFates(behaviour)
  firstAt = Number.NaN
  return tap === null ? own : tap.take()
}

function startTap(target: number): { port: Promise<number>; take(): Promise<FaultReport> } {
  const file = new URL(`./tap${path.extname(import.meta.filename)}`, import.meta.url)
  const worker = new Worker(file, { workerData: { port: target } })
  const next = async <T>() => ((await once(worker, 'message')) as [T])[0]
  return {
    port: next<{ port: number }>().then((message) => message.port),
    take() {
      const told = next<FaultReport>()
      worker.postMessage('take', [])
      return told
    },
  }
}
