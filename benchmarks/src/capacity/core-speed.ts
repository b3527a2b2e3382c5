import { setTimeout as sleep } from 'node:timers/promises'
import { type Awake, type ObservedRun, watchCoreSpeeds } from '@hotpath/load'

/**
 * Measures what a core does at its full speed on a host whose neighbours slow it, by up to half, for seconds to minutes.
 * The speed is that of the loop which keeps the core awake: nothing that is measured has a part in it.
 */
export interface CoreSpeedWatch extends Disposable {
  /**
   * Drives a run when the core is fast, or has not become so for long. The run is given the speed of the core just
   * before, as a share of the full one, and drives as much less. Once more, a few times at most, where the speed was
   * quite another one in it: one figure stands for all of it.
   */
  drive<Result>(run: (speed: number) => Promise<Result>): Promise<Driven<Result>>
  /** The mean of the core's speed since a moment of `performance.now()`. */
  since(from: number): number
}

export interface Driven<Result> {
  result: Result
  /** Of the core just before the run, and in it. */
  before: number
  speed: number
}

/** As much as the speed may change, as a share of it. */
const steady = 0.2
const tries = 4
const lookBackMs = 1_000
/** In as much time a core is likely to be left to itself once. */
const learnMs = 30_000
/** The speed of a core that has its host's core to itself, with its changes of clock: with a neighbour it has up to 0.65. */
const fast = 0.85
/** A neighbour that stays would hold up everything: so long for one run, and for all of them. */
const longestWaitMs = 30_000
const allWaitsMs = 5 * 60_000

/**
 * Of `core`, after it has been watched for half a minute. The fastest seen until then is the full speed from then on,
 * so that one and the same unit counts from first to last: should the core be faster later, that is more than 1. Where
 * cores cannot be kept awake nothing is known of their speed, and it is taken for full.
 */
export async function learnSpeedOf(core: number, awake: Awake | null): Promise<CoreSpeedWatch> {
  const speeds = awake && awake.cores > 0 ? watchCoreSpeeds(awake) : null
  if (speeds) await sleep(learnMs)
  const full = speeds?.fastest()
  const shareSince = (from: number) =>
    speeds?.between(from, performance.now()).find((speed) => speed.core === core)?.mean
  let last = 1
  /** A core that was used up all the time says nothing: then it is what was known last. */
  const since = (from: number): number => {
    const known = shareSince(from)
    if (known) last = known * (speeds!.fastest() / full!)
    return last
  }
  let waitedMs = 0
  const untilFast = async () => {
    const begun = performance.now()
    const most = Math.min(longestWaitMs, allWaitsMs - waitedMs)
    while ((shareSince(performance.now() - lookBackMs) ?? 1) < fast && performance.now() - begun < most) {
      await sleep(lookBackMs / 2)
    }
    waitedMs += performance.now() - begun
  }

  return {
    since,
    async drive(run) {
      for (let attempt = 1; ; attempt++) {
        await untilFast()
        const before = since(performance.now() - lookBackMs)
        const from = performance.now()
        const result = await run(before)
        const speed = since(from)
        if (Math.abs(speed / before - 1) <= steady || attempt === tries) return { result, before, speed }
      }
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
