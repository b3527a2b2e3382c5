import { runLoad, type Scenario } from '@hotpath/load'
import { say } from './terminal.ts'

/** A few synthetic visitors, so that a first look at the console shows something. */
export interface Visitors {
  stop(): Promise<void>
}

const arrivalsPerSecond = 3
const roundMs = 3_600_000

/** Sends visitors to `origin` in rounds of an hour, until stopped. */
export function startVisitors(scenarios: Readonly<Record<string, Scenario>>, origin: string): Visitors {
  const stop = new AbortController()
  const rounds = async () => {
    for (let seed = 1; !stop.signal.aborted; seed++) {
      await runLoad({
        scenarios: Object.values(scenarios),
        origin,
        rate: arrivalsPerSecond,
        arrivals: 'poisson',
        duration: roundMs,
        seed,
        signal: stop.signal,
      })
    }
  }
  // Visitors are an extra: what stops them must not stop the application.
  const done = rounds().catch((error: unknown) =>
    say(`The synthetic visitors have stopped: ${String(error)}`),
  )
  return {
    async stop() {
      stop.abort()
      await done
    },
  }
}
