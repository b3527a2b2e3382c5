import { parentPort, workerData } from 'node:worker_threads'
import { type AlarmOrder, notes, sharedNow } from './alarm.ts'
import { comesAlone } from './lead.ts'

/** The thread of an alarm: sleeps from one due time to the next. */
const shared = workerData as Int32Array<SharedArrayBuffer>
const port = parentPort!

/** Whoever is woken releases all that is due: more often is of no use, in milliseconds. */
const leastGapMs = 0.25

port.once('message', ({ dues, start }: AlarmOrder) => {
  let awakeAt = -Infinity
  for (let index = 0; index < dues.length; index++) {
    const due = start + dues[index]!
    if (due <= awakeAt) continue
    const leadMs = comesAlone(dues, index) ? Atomics.load(shared, notes.lead) / 1000 : 0
    if (!sleepUntil(Math.max(due - leadMs, awakeAt + leastGapMs))) return
    awakeAt = sharedNow()
    if (Atomics.exchange(shared, notes.rung, 1) === 0) port.postMessage(null)
  }
})

// Who starts it waits for this: loading it takes some milliseconds of a core that the server may need.
port.postMessage(null)

/** False where the alarm was closed meanwhile. */
function sleepUntil(at: number): boolean {
  for (let left = at - sharedNow(); left > 0; left = at - sharedNow()) {
    if (Atomics.wait(shared, notes.stop, 0, left) !== 'timed-out') return false
  }
  return Atomics.load(shared, notes.stop) === 0
}
