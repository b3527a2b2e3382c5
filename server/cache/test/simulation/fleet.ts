import type { Setup } from './history.ts'
import { createOracle } from './oracle.ts'
import { createOrigin, firstKeys } from './origin.ts'
import { createPlayer } from './player.ts'
import { serveForMs, startProcess } from './process.ts'
import { createRandom } from './random.ts'
import { createSimulatedRedis } from './simulated-redis.ts'
import { createVirtualTime } from './virtual-time.ts'

/** Hears of everything that happens, to understand a violation. */
export type Tell = (line: string) => void

/** Processes on one Redis in virtual time, who judges them, and what was done to them so far. */
export function createFleet(setup: Setup, tell: Tell) {
  const time = createVirtualTime()
  const random = createRandom(setup.seed)
  const clockOffset = 1_700_000_000_000 + Math.floor(random() * 1e9)
  const server = createSimulatedRedis({ time, random, tracking: setup.tracking, clockOffset })
  const keys = firstKeys(setup.keys)
  const origin = createOrigin(keys)
  /** How many faults of each kind. */
  const faults: Record<string, number> = {}
  let lastFaultAt = 0
  let lives = 0
  const start = () => startProcess({ life: (lives += 1), setup, time, server, random })
  const processes = Array.from({ length: setup.processes }, start)
  const isQuiet = () => Object.keys(faults).length === 0
  const oracle = createOracle({
    origin,
    keys,
    now: time.now,
    latency: setup.latency,
    serveForMs,
    tracking: setup.tracking,
    lastFaultAt: () => Math.max(lastFaultAt, ...processes.map(({ port }) => port.lastDisturbed())),
    clockSetAt: server.clockSetAt,
    isQuiet,
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
  const process = (index: number) => processes[index % processes.length]!

  return {
    time,
    random,
    server,
    oracle,
    player,
    processes,
    process,
    faults,
    isQuiet,
    say,
    /** When the last fault ends, in virtual milliseconds. */
    lastFaultAt: () => lastFaultAt,
    /** Remembers that things are not as usual for so many milliseconds from now. */
    disturb: (ms: number) => void (lastFaultAt = Math.max(lastFaultAt, time.now() + ms)),
    /** Ends a process and starts another in its place. */
    replace(index: number): void {
      const old = process(index)
      old.crash()
      oracle.lifeEnds(old.life)
      player.lifeEnds(old.life)
      processes[index % processes.length] = start()
    },
  }
}

export type Fleet = ReturnType<typeof createFleet>
