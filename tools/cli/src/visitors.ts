import { runLoad, type Scenario } from '@hotpath/load'

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
  const done = rounds()
  return {
    async stop() {
      stop.abort()
      await done
    },
  }
}
