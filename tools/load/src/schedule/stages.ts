import { type Duration, parseDuration } from '@hotpath/core'
import { errors } from '../errors.ts'
import { within } from '../run/option-range.ts'

/** A part of a run in which the load changes evenly from one level to another; the open model gives rates. */
export interface RateStage {
  /** More than 0. */
  duration: Duration
  /** Arrivals per second at its end, 0…100,000. */
  rate: number
  /** Arrivals per second at its beginning; the same as `rate` gives a step. @default the level before; 0 at first */
  from?: number
}

/** The same for the closed model, in users. */
export interface UserStage {
  /** More than 0. */
  duration: Duration
  /** Users at its end, 0…20,000. */
  users: number
  /** Users at its beginning; the same as `users` gives a step. @default the level before; 0 at first */
  from?: number
}

/** A checked stage: the level (arrivals per second, or users) goes from `from` to `to` in a straight line. */
export interface Stage {
  durationMs: number
  from: number
  to: number
}

const mostStages = 200
const ranges = {
  rate: { least: 0, most: 100_000 },
  users: { least: 0, most: 20_000, whole: true },
} as const

/**
 * Checks stages; `unit` is what their levels count.
 * @throws HP_LOAD_OPTION, HP_DURATION_INVALID
 */
export function readStages(
  given: readonly RateStage[] | readonly UserStage[],
  unit: 'rate' | 'users',
): Stage[] {
  if (given.length === 0 || given.length > mostStages) {
    throw errors.HP_LOAD_OPTION({
      option: 'stages',
      given: `${given.length} stages`,
      allowed: `1…${mostStages} stages`,
    })
  }
  let level = 0
  return given.map((stage: Partial<RateStage & UserStage>, index) => {
    const named = `${unit} of stage ${index + 1}`
    const to = within(named, stage[unit] ?? Number.NaN, ranges[unit])
    const from = within(`from of stage ${index + 1}`, stage.from ?? level, ranges[unit])
    level = to
    const durationMs = within(`duration of stage ${index + 1}`, parseDuration(stage.duration ?? 0), {
      least: 1,
      most: 24 * 3_600_000,
      unit: ' ms',
    })
    return { durationMs, from, to }
  })
}

export function totalMs(stages: readonly Stage[]): number {
  return stages.reduce((total, stage) => total + stage.durationMs, 0)
}

/** The level `ms` after the start; where one stage follows another, that of the later one. */
export function levelAt(stages: readonly Stage[], ms: number): number {
  let into = ms
  for (const { durationMs, from, to } of stages) {
    if (into < durationMs) return from + ((to - from) * Math.max(0, into)) / durationMs
    into -= durationMs
  }
  return stages.at(-1)?.to ?? 0
}

/** The highest level of all stages. */
export function highestLevel(stages: readonly Stage[]): number {
  return Math.max(...stages.map(({ from, to }) => Math.max(from, to)))
}

/** The mean level over all stages. */
export function meanLevel(stages: readonly Stage[]): number {
  const area = stages.reduce((sum, { durationMs, from, to }) => sum + ((from + to) / 2) * durationMs, 0)
  return area / totalMs(stages)
}
