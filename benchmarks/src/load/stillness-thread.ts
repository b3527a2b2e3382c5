import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import path from 'node:path'
import { workerData } from 'node:worker_threads'
import { type Clock, lateMs, tickMs, ticks } from './stillness.ts'

/** Sleeps on its core from tick to tick, and counts those that it was woken late for. */
const { core, shared } = workerData as Clock

const id = path.basename(readlinkSync('/proc/thread-self'))
spawnSync('taskset', ['-p', '-c', String(core), id])
// Before all others, so that it is late for nothing but the machine itself; where that is not allowed, it is as others.
spawnSync('chrt', ['-f', '-p', '1', id])

const beganAt = performance.now()
for (let tick = 1; ; tick++) {
  const due = beganAt + tick * tickMs
  const left = due - performance.now()
  if (left > 0) Atomics.wait(shared, ticks.never, 0, left)
  Atomics.add(shared, ticks.all, 1)
  if (performance.now() - due > lateMs) Atomics.add(shared, ticks.late, 1)
}
