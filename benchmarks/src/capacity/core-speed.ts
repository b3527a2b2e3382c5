import { type Awake, type ObservedRun, watchCoreSpeeds } from '@hotpath/load'

/**
 * Measures what a core does at its full speed on a host whose neighbours slow it, by up to half, for seconds to minutes.
 * The speed is that of the loop which keeps the core awake: nothing that is measured has a part in it.
 */
export interface CoreSpeedWatch extends Disposable {
  /**
   * Drives a run until the speed of the core was in it what it was before, so that one figure stands for all of it. The
   * run is given the speed, as a share of the full one, and drives as much less.
   * @throws Error when it never was
   */
  drive<Result>(run: (speed: number) => Promise<Result>): Promise<Driven<Result>>
  /** The mean of the core's speed since a moment of `performance.now()`. */
  since(from: number): number
}

export interface Driven<Result> {
  result: Result
  /** Of the core in the run. */
  speed: number
}

/** One speed stands for the other. */
const steady = 0.1
const tries = 12
const lookBackMs = 1_000

/** Of `core`. Where cores cannot be kept awake nothing is known of their speed, and it is taken for full. */
export function watchSpeedOf(core: number, awake: Awake | null): CoreSpeedWatch {
  const speeds = awake && awake.cores > 0 ? watchCoreSpeeds(awake) : null
  const since = (from: number): number =>
    speeds?.between(from, performance.now()).find((speed) => speed.core === core)?.mean ?? 1

  return {
    since,
    async drive(run) {
      const seen: number[] = []
      while (seen.length < tries) {
        const before = since(performance.now() - lookBackMs)
        const from = performance.now()
        const result = await run(before)
        const speed = since(from)
        if (Math.abs(speed / before - 1) <= steady) return { result, speed }
        seen.push(speed)
      }
      const shares = seen.map((share) => `${(100 * share).toFixed(0)} %`).join(', ')
      throw new Error(
        `the speed of the application's core did not last in ${tries} runs: ${shares} of the full one`,
      )
    },
    [Symbol.dispose]: () => speeds?.[Symbol.dispose](),
  }
}

/**
 * A run of the open model that was given as much less as the core was slower, as it were at full speed: time went by
 * more slowly for all of it, and the same share of the core was in use.
 */
export function scaleTime(run: ObservedRun, speed: number): ObservedRun {
  const { responseMs, server } = run
  const scaled = Object.entries(responseMs).map(([name, ms]) => [name, ms === null ? null : ms * speed])
  const rates = (of: readonly number[]) => of.map((rate) => rate / speed)
  return {
    ...run,
    achievedRate: run.achievedRate / speed,
    responseMs: Object.fromEntries(scaled) as typeof responseMs,
    server: { ...server, routes: server.routes.map((route) => ({ ...route, rates: rates(route.rates) })) },
  }
}

/** A run of users, who think in their own time, as it were at full speed: the same requests take less of the core. */
export function scaleCpu(run: ObservedRun, speed: number): ObservedRun {
  const scaled = (cpu: number | null) => (cpu === null ? null : cpu * speed)
  const samples = run.server.samples.map((sample) => ({
    ...sample,
    cpu: sample.cpu * speed,
    loopCpu: scaled(sample.loopCpu),
    databaseCpu: scaled(sample.databaseCpu),
    machineCpu: scaled(sample.machineCpu),
  }))
  return { ...run, server: { ...run.server, samples } }
}
