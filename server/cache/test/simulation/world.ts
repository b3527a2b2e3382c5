import { applyFault } from './faults.ts'
import { createFleet, type Fleet, type Tell } from './fleet.ts'
import { type History, isFault, type Step } from './history.ts'
import type { Violation } from './oracle.ts'
import { commandTimeout, loadTimeout, type Process } from './process.ts'

export interface Outcome {
  violations: Violation[]
  operations: number
  /** How many of each kind were done to it. */
  faults: Record<string, number>
}

/** How long the last calls and loads may take, in milliseconds. */
const patienceMs = 4 * loadTimeout
/** How long after the last fault everything is well again: a connection, what was unsent, two heartbeats; in milliseconds. */
const recoveryMs = 3_000

/** Plays a history against a fleet of processes and judges it. */
export async function playHistory({ setup, steps }: History, tell: Tell = () => {}): Promise<Outcome> {
  const fleet = createFleet(setup, tell)
  const { time, oracle, faults, isQuiet } = fleet
  const unhandled = (reason: unknown) => oracle.report('error', `nobody handled ${String(reason)}`)
  process.on('unhandledRejection', unhandled)
  try {
    await time.advance(4 * setup.latency + 1)
    for (const step of steps) {
      if (step.after > 0) await time.advance(step.after)
      takeStep(fleet, step)
    }
    // Without tracking everybody agrees only when what was shared before has had its time.
    const hasNothingToRecover = isQuiet() && setup.tracking
    const restMs = Math.max(0, fleet.lastFaultAt() - time.now()) + recoveryMs
    await time.advance(hasNothingToRecover ? 4 * setup.latency : restMs)
    await settle(fleet)
  } finally {
    process.off('unhandledRejection', unhandled)
  }
  const operations = steps.filter((step) => !isFault(step)).length
  return { violations: oracle.violations, operations, faults }
}

function takeStep(fleet: Fleet, step: Step): void {
  const { player, processes, faults, say } = fleet
  if (!isFault(step)) {
    player.play(fleet.process(step.process), step)
    return
  }
  say(JSON.stringify(step))
  for (const process of processes) process.disturb()
  faults[step.kind] = (faults[step.kind] ?? 0) + 1
  applyFault(step, fleet)
}

/** All is well: every process reads the newest, and nothing is left behind when they end. */
async function settle({ time, player, processes, oracle }: Fleet): Promise<void> {
  for (const process of processes) player.readAll(process)
  const isBusy = () => player.isBusy() || processes.some((process) => inFlight(process) > 0)
  for (let waited = 0; waited < patienceMs && isBusy(); waited += 50) await time.advance(50)
  const closing = new Set<number>()
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

const inFlight = ({ caches }: Process) => caches.reduce((sum, { cache }) => sum + cache.stats().inFlight, 0)
