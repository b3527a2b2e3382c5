import path from 'node:path'
import { type LoadOptions, runLoad, type RunResult } from '@hotpath/load'
import { type FleetMember, runFleet } from '@hotpath/load/fleet'

/** Which generators drive a run; what is undefined was not given. */
export interface FleetFlags {
  workers?: number
  processes?: number
  /** `host:port`, once for each generator. */
  agent: readonly string[]
  /** Of the agents; otherwise the environment's HOTPATH_LOAD_TOKEN. */
  token?: string
}

/** Drives a run by one generator in this thread, or by as many as the flags say. */
export function driveLoad(
  what: string,
  plan: LoadOptions,
  { workers, processes, agent, token = process.env.HOTPATH_LOAD_TOKEN }: FleetFlags,
): Promise<RunResult & { fleet?: FleetMember[] }> {
  if (workers === undefined && processes === undefined && agent.length === 0) return runLoad(plan)
  const { scenarios: _, ...load } = plan
  return runFleet({
    ...load,
    // Functions cannot travel: each generator finds the scenarios by the same name.
    source: { module: scenarioModule, what },
    agents: agent,
    ...(workers !== undefined && { workers }),
    ...(processes !== undefined && { processes }),
    ...(token !== undefined && { token }),
  })
}

/** The module by which a generator finds what it is told to run; the built one is a .js file beside this. */
export const scenarioModule: string = new URL(
  `./target${path.extname(import.meta.filename)}`,
  import.meta.url,
).href
