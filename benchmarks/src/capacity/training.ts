import { type ObservedRun, observeRun, runLoad, type RunResult, untilValid } from '@hotpath/load'
import type { CivicQ } from './civicq.ts'
import { type CoreSpeedWatch, scaleTime } from './core-speed.ts'
import { driven, type SearchOptions } from './search.ts'

/** A run that the model learns from. */
export interface Trained {
  file: string
  /** That it was to be, in requests per second at the core's full speed. */
  rate: number
  run: ObservedRun
}

/** At fewer a run has hardly anything to tell. */
const leastRate = 1

/** Drives one run at each of the rates, as they are at the core's full speed. @throws as `believable` does */
export async function trainAt(
  { origin }: CivicQ,
  { scenarios, quick, coreSpeed, rates, seed }: SearchOptions & { rates: readonly number[]; seed: number },
): Promise<Trained[]> {
  const trained: Trained[] = []
  for (const [index, wanted] of rates.entries()) {
    const rate = Math.max(leastRate, wanted)
    const load = { scenarios, origin, ...driven, duration: quick ? '4s' : '6s', seed: seed + index } as const
    const drive = (speed: number) => runLoad({ ...load, rate: rate * speed })
    const run = await believable(drive, { origin, coreSpeed, scale: scaleTime })
    trained.push({ file: `at ${rate.toFixed(0)}/s`, rate, run })
  }
  return trained
}

/** Nothing above this share of the knee trains the model of it. */
const mostTrainedAt = 0.6

/** Of rounds of searching and training, what was trained low enough, by the knee as it is known in the end. */
export function trainedBelow(runs: readonly Trained[], knee: number): Trained[] {
  return runs.filter(({ rate }) => rate <= mostTrainedAt * knee)
}

const tries = 12

export interface Watch {
  origin: string
  coreSpeed: CoreSpeedWatch
  /** Makes of a run what it were at the core's full speed. */
  scale: (run: ObservedRun, speed: number) => ObservedRun
}

/**
 * A watched run that is VALID, as it were with the core at its full speed. A neighbour on a shared machine can make the
 * generator late: such a run is driven again.
 * @throws Error when none of several is
 */
export async function believable(
  run: (speed: number) => Promise<RunResult>,
  { origin, coreSpeed, scale }: Watch,
): Promise<ObservedRun> {
  const result = await untilValid(async () => {
    const driven = await coreSpeed.drive((speed) => observeRun(() => run(speed), { origin }))
    return scale(driven.result, driven.speed)
  }, tries)
  if (result.verdict === 'VALID') return result
  throw new Error(`${tries} runs are ${result.verdict}: ${result.reasons.join(' ')}`)
}
