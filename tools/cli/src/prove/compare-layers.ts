import { runLoad, type Scenario, untilValid } from '@hotpath/load'
import { childrenCpuSeconds, treeCpuSeconds } from '@hotpath/load/machine'
import { figuresOf, type Figures, type Side } from './figures.ts'
import type { ServerProcess } from './server-process.ts'
import { sliceBetween, type Slice, type Totals } from './slice.ts'

export type Layer = 'on' | 'off'

/** The application twice, layer on and off, on the same data. */
export interface Pair {
  servers: Record<Layer, ServerProcess>
  /** The database server's process; null where each application has its own, embedded. */
  databasePid: number | null
}

export interface Effort {
  /** Rounds of off, on, on, off. */
  rounds: number
  /** Length of one stretch of load, in milliseconds. */
  stretchMs: number
  /** Length of the warm-up of each side, in milliseconds. */
  warmupMs: number
  /** How often a stretch at the common rate is driven while it is INVALID, all in all. */
  tries: number
  /** Users of the closed model. */
  users: number
  seed: number
}

export interface Comparison {
  on: Figures
  off: Figures
  /** Arrivals per second of the stretches that p95 comes from: a quarter of what the slower side can do. */
  commonRate: number
  /** Errors of either side over all stretches. */
  errors: number
  /** Whether the generator had no capacity left while this side was saturated. */
  generatorLimited: Record<Layer, boolean>
  /** Why the times at the common rate say nothing, if they do not; null when they do. */
  invalid: string | null
}

export interface CompareOptions {
  pair: Pair
  scenario: Scenario
  effort: Effort
  onStep: (done: number, total: number) => void
}

/**
 * Drives the same load at both sides in turn (off, on, on, off …, so that a drift of the machine hits both alike):
 * first saturated, for what a request costs; then at one common rate, for how long it takes.
 */
export async function compareLayers({ pair, scenario, effort, onStep }: CompareOptions): Promise<Comparison> {
  const order = Array.from({ length: effort.rounds }, (): Layer[] => ['off', 'on', 'on', 'off']).flat()
  const total = 2 + 2 * order.length
  let done = 0
  const step = () => onStep(++done, total)
  const sides = { on: emptySide(), off: emptySide() }
  const generatorLimited = { on: false, off: false }
  let invalid: string | null = null
  let errors = 0

  const drive = (layer: Layer, options: { rate?: number; durationMs: number }) =>
    runLoad({
      scenarios: scenario,
      origin: pair.servers[layer].origin,
      seed: effort.seed,
      duration: options.durationMs,
      ...(options.rate === undefined
        ? { model: 'closed', users: effort.users }
        : { model: 'open', arrivals: 'poisson', rate: options.rate }),
    })

  for (const layer of ['off', 'on'] as const) {
    await drive(layer, { durationMs: effort.warmupMs })
    step()
  }
  for (const layer of order) {
    const before = await totals(pair, layer)
    const run = await drive(layer, { durationMs: effort.stretchMs })
    sides[layer].saturated.push(sliceBetween(before, await totals(pair, layer)))
    generatorLimited[layer] ||= run.generatorLimited
    errors += run.errors
    step()
  }
  const slower = Math.min(rateOf(sides.on.saturated), rateOf(sides.off.saturated))
  const commonRate = Math.max(10, Math.floor(slower / 4))
  for (const layer of order) {
    const run = await untilValid(
      () => drive(layer, { rate: commonRate, durationMs: effort.stretchMs }),
      effort.tries,
    )
    sides[layer].p95Ms.push(run.responseMs.p95 ?? Number.NaN)
    sides[layer].meanMs.push(run.responseMs.mean ?? Number.NaN)
    errors += run.errors
    if (run.verdict === 'INVALID') {
      const tries = effort.tries === 1 ? 'one try' : `${effort.tries} tries`
      invalid ??= `${tries} with the layer ${layer}: ${run.reasons[0]}`
    }
    step()
  }
  return { on: figuresOf(sides.on), off: figuresOf(sides.off), commonRate, errors, generatorLimited, invalid }
}

interface Collecting extends Side {
  saturated: Slice[]
  p95Ms: number[]
  meanMs: number[]
}

const emptySide = (): Collecting => ({ saturated: [], p95Ms: [], meanMs: [] })

function rateOf(slices: readonly Slice[]): number {
  return slices.reduce((sum, slice) => sum + slice.requests / slice.seconds, 0) / slices.length
}

async function totals({ servers, databasePid }: Pair, layer: Layer): Promise<Totals> {
  const application = await servers[layer].measure()
  const { pid } = application
  const databaseCpuSeconds = databasePid === null ? childrenCpuSeconds(pid) : treeCpuSeconds(databasePid)
  return { application, databaseCpuSeconds }
}
