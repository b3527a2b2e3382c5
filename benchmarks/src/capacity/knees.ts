import { median } from '@hotpath/core'
import type { ObservedRun, Scenario } from '@hotpath/load'
import { type CapacityFit, fitCapacity, measuredFrom } from '@hotpath/load/capacity'
import { startPostgres } from '@hotpath/postgres/local'
import { type Configuration, nameOf, pin, startCivicQ } from './civicq.ts'
import type { CoreSpeedWatch } from './core-speed.ts'
import { promised, searchKnee, warmUp } from './search.ts'
import { trainAt, type Trained, trainedBelow } from './training.ts'
import { voterMix } from './voter-mix.ts'

/** Each is searched and then trained: what a request takes differs by a third between minutes of a shared machine. */
const rounds = 2
/**
 * Shares of the knee, as found so far, at which the model is trained, in an order in which no slow phase of the machine
 * passes for high rates.
 */
const trainedAt = [0.51, 0.24, 0.6, 0.15, 0.42, 0.33]

/** A knee, found and forecast, or why there is none. */
export type KneeOutcome = Knee | { configuration: Configuration; reason: string }

export interface Knee {
  configuration: Configuration
  /** Requests per second: the median of all searches. */
  found: number
  searches: number[]
  forecast: CapacityFit['knee']
  /** What is used up first, by the model. */
  bottleneck: string
  /** Cores that neither CivicQ nor the generator used while it was trained: a neighbour takes what the forecast counts on. */
  others: number
  /** The mean speed of the application's core meanwhile, as a share of its full one, at which rates are stated. */
  speed: number
}

export interface KneeOptions {
  quick: boolean
  coreSpeed: CoreSpeedWatch
  progress(text: string): void
}

const sizes = [
  { scale: 0.5, poolSizes: [2, 10] },
  { scale: 1, poolSizes: [5] },
  { scale: 2, poolSizes: [2, 10] },
]
const all: readonly Configuration[] = sizes.flatMap(({ scale, poolSizes }) =>
  poolSizes.flatMap((poolSize) => (['off', 'on'] as const).map((cache) => ({ cache, poolSize, scale }))),
)

/** Finds the knee of each configuration by driving it there, then forecasts it from runs at 60 % of it and below. */
export async function measureKnees(options: KneeOptions): Promise<KneeOutcome[]> {
  const scenarios = await voterMix()
  const configurations = options.quick ? all.slice(0, 2) : all
  const knees: KneeOutcome[] = []
  for (const [scale, ofScale] of Map.groupBy(configurations, ({ scale }) => scale)) {
    options.progress(`seeding data × ${scale}`)
    const postgres = await startPostgres({ settings: { max_connections: 40 } })
    try {
      pin(postgres)
      for (const configuration of ofScale) {
        const measure = () => measureKnee(configuration, { ...options, scenarios, databaseUrl: postgres.url })
        // Once more where a neighbour on a shared machine made the application shed what is asked before the load.
        const found = await measure()
          .catch(measure)
          .catch((error: unknown) => ({ configuration, reason: (error as Error).message }))
        options.progress(`${nameOf(configuration)}: ${kneeText(found)}`)
        knees.push(found)
      }
    } finally {
      await postgres.stop()
    }
  }
  return knees
}

async function measureKnee(
  configuration: Configuration,
  { databaseUrl, progress, ...options }: KneeOptions & { scenarios: Scenario; databaseUrl: string },
): Promise<KneeOutcome> {
  await using civicq = await startCivicQ(configuration, databaseUrl)
  const { quick, coreSpeed } = options
  const begun = performance.now()
  progress(`${nameOf(configuration)}: warming up`)
  const warm = await warmUp(civicq, options)
  const searches: number[] = []
  const files: Trained[] = []
  for (let round = 1; round <= (quick ? 1 : rounds); round++) {
    progress(`${nameOf(configuration)}: searching the knee`)
    searches.push(await searchKnee(civicq, { ...options, warm }))
    const rates = trainedAt.map((share) => share * median(searches))
    files.push(...(await trainAt(civicq, { ...options, rates, seed: files.length + 1 })))
  }
  const found = median(searches)
  const fit = fitCapacity(measuredFrom(trainedBelow(files, found)), promised)
  return {
    configuration,
    found,
    searches,
    forecast: fit.knee,
    bottleneck: fit.demands[0]?.resource ?? 'none',
    others: othersOf(files),
    speed: coreSpeed.since(begun),
  }
}

/** Of the machine's cores, on average; it is not known where the machine's use cannot be read, and then 0. */
function othersOf(files: readonly { run: ObservedRun }[]): number {
  const used = files.map(({ run: { server, generator, target } }) => {
    const rest = server.samples.map(({ cpu, databaseCpu, machineCpu }) =>
      machineCpu === null ? 0 : machineCpu - cpu - (databaseCpu ?? 0),
    )
    const mean = rest.reduce((sum, cores) => sum + cores, 0) / rest.length
    return mean - generator.cpuSeconds / (target.durationMs / 1_000)
  })
  return Math.max(0, used.reduce((sum, cores) => sum + cores, 0) / used.length)
}

/** Cores that the kernel and the database's housekeeping use on a quiet machine. */
const calmOthers = 0.2
const calmSpeed = 0.95

/** In words. */
export function kneeText(outcome: KneeOutcome): string {
  if ('reason' in outcome) return `not measured: ${outcome.reason}`
  const { found, searches, forecast, bottleneck, others, speed } = outcome
  const disturbed = [
    ...(others > calmOthers ? [`others used ${others.toFixed(1)} cores`] : []),
    ...(speed < calmSpeed ? [`the core ran at ${(100 * speed).toFixed(0)} % of its speed`] : []),
  ]
  const meanwhile = disturbed.length > 0 ? ` (${disturbed.join(', ')} meanwhile)` : ''
  const each = searches.map((rate) => rate.toFixed(0)).join(', ')
  const foundText = `found ${found.toFixed(0)}/s (${each})`
  if ('refused' in forecast) {
    return `${foundText}; no forecast: ${forecast.refused}${meanwhile}`
  }
  const { value, low, high } = forecast.prediction
  return `${foundText}, forecast ${value.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)}) by the ${bottleneck}${meanwhile}`
}
