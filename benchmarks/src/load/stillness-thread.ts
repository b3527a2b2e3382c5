import { workerData } from 'node:worker_threads'
import { lateMs, tickMs, ticks } from './stillness.ts'

/** Sleeps from tick to tick, and counts those that it was woken late for. */
const shared = workerData as Int32Array<SharedArrayBuffer>

const beganAt = performance.now()
for (let tick = 1; ; tick++) {
  const due = beganAt + tick * tickMs
  const left = due - performance.now()
  if (left > 0) Atomics.wait(shared, ticks.never, 0, left)
  Atomics.add(shared, ticks.all, 1)
  if (performance.now() - due > lateMs) Atomics.add(shared, ticks.late, 1)
}
