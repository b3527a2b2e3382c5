import { now } from './clock.ts'

const beatMs = 5
const lateMs = 10

/** Notices when this process' event loop stood still. */
export interface Pulse {
  /** Since the last call, in pairs of from and until. */
  take(): number[]
  stop(): void
}

export function createPulse(): Pulse {
  let stalls: number[] = []
  let due = now() + beatMs
  function beat(): void {
    const at = now()
    if (at - due > lateMs) stalls.push(due, at)
    due = at + beatMs
  }
  const timer = setInterval(beat, beatMs)
  return {
    take() {
      beat()
      const taken = stalls
      stalls = []
      return taken
    },
    stop: () => clearInterval(timer),
  }
}
