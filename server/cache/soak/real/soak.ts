import { createDice } from './dice.ts'
import { caches, commandTimeoutMs, leaseMs, loadTimeoutMs, serveForMs } from './data.ts'
import { createFleet } from './fleet.ts'
import { createJudge, type Judged } from './judge.ts'
import type { Breakage } from './messages.ts'
import { createOracle } from './oracle.ts'
import { createOrigin, type Doubled, type Origin } from './origin.ts'
import { createOutages } from './outages.ts'
import { type PlayedFault, playFaults } from './play.ts'
import { startProxy } from './proxy.ts'
import { startSoakRedis } from './redis-server.ts'

export interface SoakOptions {
  seconds: number
  seed: number
  /** Breaks a rule on purpose: the run must find it, and ends when it has. */
  broken?: Breakage
  progress(line: string): void
}

export interface SoakResult {
  seed: number
  seconds: number
  /** Calls by name and outcome. */
  calls: Record<string, number>
  faults: Record<string, number>
  /** The longest time that a call of each kind took, in milliseconds, besides that which its process stood still. */
  longestMs: Readonly<Record<string, number>>
  /** Values that were read and judged. */
  readsJudged: number
  origin: Origin['counts']
  /** Loads that ran beside another of the same key and cache for no reason, while all was calm: a figure, not a rule. */
  singleFlight: Doubled
  violations: readonly Judged[]
  /** Errors that nobody expected, unhandled ones among them. */
  troubles: readonly string[]
  holds: boolean
}

/** Timers are late, and a little is lost at each of many steps. */
const slackMs = 500

/**
 * A process that has just begun waits for its first connection as long as for a command. After that one command that
 * is not answered is enough: then Redis counts as away.
 */
function longestCallMs(how: string): number {
  const redisMs = 2 * commandTimeoutMs + slackMs
  if (how.startsWith('getOrLoad') || how === 'getMany') return redisMs + loadTimeoutMs
  // Until the trust of those who do not answer has run out.
  return how.startsWith('invalidate') ? redisMs + leaseMs : redisMs
}

/** Four processes at random work on one real Redis, while faults come and go; everything they saw is judged. */
export async function soak({ seconds, seed, broken, progress }: SoakOptions): Promise<SoakResult> {
  await using stack = new AsyncDisposableStack()
  const dice = createDice(seed)
  const origin = createOrigin(createDice(seed + 1))
  // Every other pair of workers reaches Redis through a proxy.
  const outages = createOutages((worker) => worker % 4 >= 2)
  const played: PlayedFault[] = []
  const oracle = createOracle({
    redisDown: caches.map(({ redisDown }) => redisDown),
    leaseMs,
    serveForMs,
    longestCallMs,
    writtenAt: origin.writtenAt,
    outages: outages.of,
  })
  const judge = createJudge(oracle, (from, until) => describeFaults(played, from, until))
  const redis = await startSoakRedis()
  stack.defer(() => redis.stop())
  const proxies = await Promise.all([startProxy(() => redis.port), startProxy(() => redis.port)])
  for (const proxy of proxies) stack.defer(() => proxy.close())
  const ports = [redis.port, redis.port, ...proxies.map(({ port }) => port)]
  const fleet = createFleet({ seed, ports, dice, origin, judge, oracle, ...(broken && { broken }) })
  stack.defer(() => fleet.killAll())
  const { replaceWorker, freezeWorker, troubles } = fleet

  await fleet.start()
  const victims = { redis, proxies, replaceWorker, freezeWorker }
  const tell = ({ seconds: at, fault }: { seconds: number; fault: string }) =>
    progress(
      `${Math.round(at)} of ${seconds} s · ${judge.readsJudged} reads · ${played.length} faults · ${judge.violations.length + troubles.length} wrong · ${fault}`,
    )
  const enough = () => broken !== undefined && judge.violations.length > 0
  await playFaults({ seconds, dice, victims, outages, enough, progress: tell }, played)
  await fleet.settle()
  judge.finish()
  const { violations } = judge
  return {
    seed,
    seconds,
    calls: judge.counts,
    faults: tally(played.map(({ name }) => name)),
    longestMs: judge.longestMs,
    readsJudged: judge.readsJudged,
    origin: origin.counts,
    singleFlight: origin.doubled(judge.cuts, outages.isCalm),
    violations,
    troubles,
    holds: violations.length === 0 && troubles.length === 0,
  }
}

function describeFaults(played: readonly PlayedFault[], from: number, until: number): string[] {
  return played
    .filter((fault) => fault.until > from && fault.from < until)
    .map((fault) => `from ${fault.from.toFixed(1)} until ${fault.until.toFixed(1)} fault: ${fault.name}`)
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
