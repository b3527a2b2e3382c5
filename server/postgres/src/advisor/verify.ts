import { type Interval, median, type Pair, pairedRatio } from '@hotpath/core'
import type { Bench } from './bench.ts'
import type { Built, Evaluator } from './evaluate.ts'
import { indexSql } from './index-spec.ts'
import { touching } from './search.ts'
import { margins, type Subject } from './subject.ts'

/** Fewer pairs than these decide nothing at 95 %. */
export const leastPairs = 6
const mostPairs = 12

/** A statement without and with the whole set. */
export interface StatementVerdict {
  subject: Subject
  beforeMs: number
  afterMs: number
  ratio: Interval
  slower: boolean
}

/** An index, against the set without it. */
export interface IndexVerdict {
  built: Built
  /** Weighted milliseconds of the workload that it saves beside the others, writes subtracted. */
  gainMs: number
  ratio: Interval
  /** What it adds to each statement that it changes, in milliseconds a call; negative is a gain. */
  adds: Map<Subject, number>
  /** What it costs the writes of the workload, in weighted milliseconds. */
  writeCostMs: number
  /** What it adds to the write-ahead log, in weighted bytes. */
  writeCostBytes: number
}

export interface Verification {
  statements: StatementVerdict[]
  indexes: IndexVerdict[]
  pairs: number
}

export interface VerifyOptions {
  bench: Bench
  evaluator: Evaluator
  subjects: readonly Subject[]
  pool: readonly Built[]
  /** Time for all rounds, in milliseconds. */
  budgetMs: number
  /** Time that the fewest rounds that decide may take, in milliseconds. */
  mostMs: number
  now: () => number
  progress: (done: number, total: number) => void
}

/** A set of indexes under which some statements do work that no set before it made them do. */
interface Setting {
  set: readonly Built[]
  runs: Map<Subject, string>
}

/** Milliseconds per round, of a statement doing one kind of work. */
type Series = Map<Subject, Map<string, number[]>>

/**
 * Times each statement without the set, with it, and with it but for each index, interleaved: every round visits all
 * settings, every second round in reverse (A B B A), so that a machine that drifts slows all of them alike. Undefined
 * when not even six rounds fit into the time.
 */
export async function verifySet(
  set: readonly Built[],
  options: VerifyOptions,
): Promise<Verification | undefined> {
  const { subjects, budgetMs, mostMs, now, evaluator } = options
  const affected = touching(subjects, set)
  const sets = [[], set, ...set.map((one) => set.filter((other) => other !== one))]
  let settings = await settingsFor(affected, { sets, evaluator, budgetMs })
  const series: Series = new Map()
  const longest = new Map<Setting, number>()
  const roundMs = (): number => settings.reduce((sum, one) => sum + (longest.get(one) ?? 0), 0)
  const startedAt = now()
  let rounds = 0
  while (rounds < mostPairs) {
    const order = rounds % 2 === 0 ? settings : settings.toReversed()
    for (const setting of order) {
      const settingAt = now()
      await runSetting(setting, { ...options, series })
      longest.set(setting, Math.max(longest.get(setting) ?? 0, now() - settingAt))
    }
    rounds += 1
    options.progress(rounds, mostPairs)
    const spent = now() - startedAt
    const isTooLong = (): boolean => roundMs() * (leastPairs - rounds) > mostMs - spent
    if (rounds < leastPairs && isTooLong()) {
      // All or nothing, then: without the sets that lack one index.
      settings = settings.filter(({ set: one }) => one === sets[0] || one === set)
      forgetOthers(series, settings)
      if (isTooLong()) return undefined
    }
    // An even number of rounds gives both orders the same share.
    if (rounds >= leastPairs && rounds % 2 === 0 && budgetMs - spent < 2 * roundMs()) break
  }
  const keys = await keysOf(affected, { sets, evaluator })
  const statements = affected.map((subject) => statementVerdict(subject, keys, series))
  const indexes: IndexVerdict[] = []
  for (const [at, built] of set.entries())
    indexes.push(await indexVerdict(built, { affected, keys, series, at: at + 2, set, options }))
  return { statements, indexes, pairs: rounds }
}

/** Leaves the times of what `settings` run, so that all series have as many rounds. */
function forgetOthers(series: Series, settings: readonly Setting[]): void {
  for (const [subject, mine] of series) {
    const kept = new Set(settings.map(({ runs }) => runs.get(subject)))
    for (const key of mine.keys()) if (!kept.has(key)) mine.delete(key)
  }
}

type Keys = Map<Subject, string[]>

async function keysOf(
  subjects: readonly Subject[],
  { sets, evaluator }: { sets: readonly (readonly Built[])[]; evaluator: Evaluator },
): Promise<Keys> {
  const keys: Keys = new Map()
  for (const subject of subjects) {
    const mine: string[] = []
    for (const set of sets) mine.push(await evaluator.keyOf(subject, set))
    keys.set(subject, mine)
  }
  return keys
}

/**
 * Which statements to run under which set: each distinct kind of work once. Where that is too much for six rounds, the
 * sets without one index are left out for the slowest statements.
 */
async function settingsFor(
  subjects: readonly Subject[],
  {
    sets,
    evaluator,
    budgetMs,
  }: { sets: readonly (readonly Built[])[]; evaluator: Evaluator; budgetMs: number },
): Promise<Setting[]> {
  const keys = await keysOf(subjects, { sets, evaluator })
  const runs = subjects.flatMap((subject) => {
    const mine = keys.get(subject)!
    // What does the same work under all of them is not affected.
    if (mine.every((key) => key === mine[0])) return []
    return mine.flatMap((key, at) =>
      mine.indexOf(key) === at ? [{ subject, key, at, ms: evaluator.roundMs(subject, key) }] : [],
    )
  })
  // Planning before each run, short runs being repeated, and changing between sets take about as long again.
  let roundMs = 2 * runs.reduce((sum, { ms }) => sum + ms, 0)
  const dropped = new Set<unknown>()
  for (const run of runs.filter(({ at }) => at > 1).sort((a, b) => b.ms - a.ms)) {
    if (roundMs * leastPairs <= budgetMs) break
    dropped.add(run)
    roundMs -= 2 * run.ms
  }
  return sets.flatMap((set, at) => {
    const mine = runs.filter((run) => run.at === at && !dropped.has(run))
    return mine.length === 0 ? [] : [{ set, runs: new Map(mine.map(({ subject, key }) => [subject, key])) }]
  })
}

async function runSetting(
  { set, runs }: Setting,
  { bench, pool, series }: VerifyOptions & { series: Series },
): Promise<void> {
  const gone = pool.filter((built) => !set.includes(built)).map(({ spec }) => indexSql(spec))
  await bench.without(gone, async () => {
    for (const [subject, key] of runs) {
      let sum = 0
      for (const call of subject.calls) {
        // The first look at a changed schema fills the caches of the session; it is not what is measured.
        await bench.plan(call)
        const { ms } = await bench.time(call, subject.limitMs)
        // Short calls are as noisy as the scheduler: the best of several.
        const more = ms < 1 ? 6 : ms < 20 ? 2 : 0
        const times = [ms]
        for (let run = 0; run < more; run++) times.push((await bench.time(call, subject.limitMs)).ms)
        sum += Math.min(...times)
      }
      if (!series.has(subject)) series.set(subject, new Map())
      const mine = series.get(subject)!
      mine.set(key, [...(mine.get(key) ?? []), sum / subject.calls.length])
    }
  })
}

function statementVerdict(subject: Subject, keys: Keys, series: Series): StatementVerdict {
  const [none, all] = keys.get(subject)!
  const before = series.get(subject)?.get(none!)
  const after = series.get(subject)?.get(all!)
  if (!before || !after || none === all) {
    const same = { estimate: 1, low: 1, high: 1, confidence: 1 }
    const beforeMs = before ? median(before) : subject.beforeMs
    return { subject, beforeMs, afterMs: beforeMs, ratio: same, slower: false }
  }
  const ratio = pairedRatio(before.map((ms, round) => ({ before: ms, after: after[round]! })))
  const [beforeMs, afterMs] = [median(before), median(after)]
  const margin = margins[subject.statement.write ? 'write' : 'read']
  return {
    subject,
    beforeMs,
    afterMs,
    ratio,
    slower: ratio.low > margin.sure && ratio.estimate > margin.ratio && afterMs - beforeMs > margin.ms,
  }
}

interface IndexFacts {
  affected: readonly Subject[]
  keys: Keys
  series: Series
  /** Position of the set without the index. */
  at: number
  set: readonly Built[]
  options: VerifyOptions
}

async function indexVerdict(built: Built, facts: IndexFacts): Promise<IndexVerdict> {
  const { affected, keys, series, at, set, options } = facts
  const pairs: Pair[] = []
  const adds = new Map<Subject, number>()
  let writeCostMs = 0
  let writeCostBytes = 0
  for (const subject of affected) {
    const mine = keys.get(subject)!
    if (mine[1] === mine[at]) continue
    // Where the set without this index was left out, all or nothing has to do.
    const timesOf = series.get(subject)!
    const without = timesOf.get(mine[at]!) ?? timesOf.get(mine[0]!)!
    const having = timesOf.get(mine[1]!)!
    if (without === having) continue
    const { weight, write } = subject.statement
    for (const [round, ms] of without.entries()) {
      const pair = (pairs[round] ??= { before: 0, after: 0 })
      pair.before += weight * ms
      pair.after += weight * having[round]!
    }
    const added = median(having) - median(without)
    adds.set(subject, added)
    if (!write) continue
    writeCostMs += weight * added
    if (subject.uses.writes === built.spec.table.sql)
      writeCostBytes += weight * (await walDifference(subject, { built, set, options }))
  }
  if (pairs.length === 0) {
    const same = { estimate: 1, low: 1, high: 1, confidence: 1 }
    return { built, gainMs: 0, ratio: same, adds, writeCostMs, writeCostBytes }
  }
  const gainMs = median(pairs.map(({ before, after }) => before - after))
  return { built, gainMs, ratio: pairedRatio(pairs), adds, writeCostMs, writeCostBytes }
}

async function walDifference(
  { calls }: Subject,
  { built, set, options }: { built: Built; set: readonly Built[]; options: VerifyOptions },
): Promise<number> {
  const bytesUnder = (kept: readonly Built[]): Promise<number> => {
    const gone = options.pool.filter((one) => !kept.includes(one)).map(({ spec }) => indexSql(spec))
    return options.bench.without(gone, async () => {
      // The first write after a checkpoint logs whole pages.
      await options.bench.walBytes(calls[0]!)
      return options.bench.walBytes(calls[0]!)
    })
  }
  return (await bytesUnder(set)) - (await bytesUnder(set.filter((one) => one !== built)))
}
