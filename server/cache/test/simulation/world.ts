import { applyFault } from './faults.ts'
import { type History, isFault } from './history.ts'
import { createOracle, type Violation } from './oracle.ts'
import { createOrigin, firstKeys } from './origin.ts'
import { createPlayer } from './player.ts'
import { commandTimeout, loadTimeout, type Process, serveForMs, startProcess } from './process.ts'
import { createRandom } from './random.ts'
import { createSimulatedRedis } from './simulated-redis.ts'
import { createVirtualTime } from './virtual-time.ts'

export interface Outcome {
  violations: Violation[]
  operations: number
  /** How many of each kind were done to it. */
  faults: Record<string, number>
}

const losses: ReadonlySet<string> = new Set(['flush', 'evict', 'restart'])
/** How long the last calls and loads may take, in milliseconds. */
const patienceMs = 4 * loadTimeout
/** How long after the last fault everything is well again: a connection, what was unsent, two heartbeats; in milliseconds. */
const recoveryMs = 3_000

/** Hears of everything that happens, to understand a violation. */
export type Tell = (line: string) => void

/** Plays a history against a fleet of processes and judges it. */
export async function playHistory({ setup, steps }: History, tell: Tell = () => {}): Promise<Outcome> {
  const time = createVirtualTime()
  const random = createRandom(setup.seed)
  const server = createSimulatedRedis({
    time,
    random,
    tracking: setup.tracking,
    clockOffset: 1_700_000_000_000 + Math.floor(random() * 1e9),
  })
  const keys = firstKeys(setup.keys)
  const origin = createOrigin(keys)
  const faults: Record<string, number> = {}
  let lastFaultAt = 0
  let lastLossAt = -Infinity
  let lives = 0
  const start = () => startProcess({ life: (lives += 1), setup, time, server, random })
  const disturb = (ms: number) => void (lastFaultAt = Math.max(lastFaultAt, time.now() + ms))
  const processes = Array.from({ length: setup.processes }, start)
  const oracle = createOracle({
    origin,
    keys,
    now: time.now,
    latency: setup.latency,
    serveForMs,
    tracking: setup.tracking,
    lastFaultAt: () => Math.max(lastFaultAt, ...processes.map((process) => process.port.lastDisturbed())),
    lastLossAt: () => lastLossAt,
    isQuiet: () => Object.keys(faults).length === 0,
  })
  const say: Tell = (line) => tell(`${time.now().toFixed(1)} ${line}`)
  const player = createPlayer({
    keys,
    now: time.now,
    origin,
    oracle,
    lastFaultAt: () => lastFaultAt,
    tell: say,
  })
  const at = (index: number) => processes[index % processes.length]!

  function replace(index: number): void {
    const old = at(index)
    old.crash()
    oracle.lifeEnds(old.life)
    player.lifeEnds(old.life)
    processes[index % processes.length] = start()
  }

  await time.advance(4 * setup.latency + 1)
  let operations = 0
  for (const step of steps) {
    if (step.after > 0) await time.advance(step.after)
    if (isFault(step)) {
      say(JSON.stringify(step))
      for (const process of processes) process.disturb()
      if (losses.has(step.kind)) lastLossAt = time.now()
      faults[step.kind] = (faults[step.kind] ?? 0) + 1
      applyFault(step, {
        server,
        random,
        process: at,
        replace,
        disturb,
        later: (ms, run) => void time.setTimeout(run, ms),
      })
    } else {
      operations += 1
      player.play(at(step.process), step)
    }
  }
  const isQuiet = setup.tracking && Object.keys(faults).length === 0
  await time.advance(isQuiet ? 4 * setup.latency : Math.max(0, lastFaultAt - time.now()) + recoveryMs)
  await settle()
  return { violations: oracle.violations, operations, faults }

  /** Everything is well: every process reads the newest, and nothing is left behind when they end. */
  async function settle(): Promise<void> {
    const closing = new Set<number>()
    for (const process of processes) player.readAll(process)
    const isBusy = () => player.isBusy() || processes.some((process) => inFlight(process) > 0)
    for (let waited = 0; waited < patienceMs && isBusy(); waited += 50) await time.advance(50)
    for (const process of processes) {
      const left = inFlight(process)
      if (left > 0) oracle.report('leak', `${left} loads in flight at the end of ${process.life}`)
      closing.add(process.life)
      void process.tags.close().then(() => closing.delete(process.life))
    }
    await time.advance(2 * commandTimeout)
    for (const life of closing) oracle.report('bound', `${life} was never closed`)
    for (const { host, life } of processes) {
      if (host.waiting() > 0) oracle.report('leak', `${host.waiting()} timers left by ${life}`)
    }
    for (const what of player.unanswered()) oracle.report('bound', `${what} was never answered`)
    if (time.waiting() > 0) oracle.report('leak', `${time.waiting()} events still under way`)
  }
}

const inFlight = ({ caches }: Process) => caches.reduce((sum, { cache }) => sum + cache.stats().inFlight, 0)
