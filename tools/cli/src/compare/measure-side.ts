import type { Duration } from '@hotpath/core'
import { runLoad, untilLeftAlone } from '@hotpath/load'
import { type Measured, type Sample, sampleOf } from '@hotpath/load/compare'
import type { ServerTotals, Side } from './sides.ts'

/** How each run of a comparison is driven. */
export interface Drive {
  rate: number
  duration: Duration
  warmup: Duration
  seed: number
  signal: AbortSignal
}

/** One run of one side: what its visitors saw, and what the server used for it. */
export async function measureSide(side: Side, drive: Drive): Promise<Measured> {
  const before = await side.totals()
  const run = await runLoad({
    scenarios: side.scenario,
    origin: side.origin,
    arrivals: 'poisson',
    rate: drive.rate,
    duration: drive.duration,
    warmup: drive.warmup,
    seed: drive.seed,
    signal: drive.signal,
  })
  const after = await side.totals()
  const sample = { ...sampleOf(run), ...serverFigures(before, after, run.requests) }
  if (run.verdict === 'VALID') return { sample, invalid: null }
  await untilLeftAlone(run, drive.signal)
  return { sample, invalid: run.reasons[0] ?? run.verdict }
}

/**
 * Set-up and warm-up belong to the totals, so a server that counts its requests is divided by its own count; of others
 * only the ratio of two sides has a meaning.
 */
function serverFigures(before: ServerTotals | null, after: ServerTotals | null, sent: number): Sample {
  if (before === null || after === null) return {}
  const counted =
    before.requests === null || after.requests === null ? null : after.requests - before.requests
  const requests = counted ?? sent
  if (!(requests > 0)) return {}
  const statements =
    before.statements === null || after.statements === null ? null : after.statements - before.statements
  const allocated = (after.allocatedBytes ?? 0) - (before.allocatedBytes ?? 0)
  return {
    ...(allocated > 0 && { allocatedPerRequest: allocated / requests }),
    cpuMsPerRequest: (1000 * (after.cpuSeconds - before.cpuSeconds)) / requests,
    ...(statements !== null && { statementsPerRequest: statements / requests }),
  }
}
