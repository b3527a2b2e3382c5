import type { Bench, Call } from './bench.ts'
import { indexSql, type IndexSpec } from './index-spec.ts'
import type { Subject } from './subject.ts'

/** An index that was made on the clone. */
export interface Built {
  spec: IndexSpec
  sizeBytes: number
}

/** Mean milliseconds of a statement under a set of indexes, and which of them its plans read. */
export interface Outcome {
  ms: number
  used: Set<Built>
  /** Equal keys stand for equal work. */
  key: string
}

/** Answers how long statements take under any set of the built indexes, running each distinct plan only once. */
export interface Evaluator {
  /** Stops early once `enough` of an outcome is true; the others are then missing. */
  outcomes(
    subjects: readonly Subject[],
    set: readonly Built[],
    enough?: (subject: Subject, ms: number) => boolean,
  ): Promise<Map<Subject, Outcome>>
  /**
   * Whether a statement that looked slower under a set than without any looks so again in each of some interleaved
   * rounds: the two had been timed at different moments, and the machine may have been busier at one of them.
   */
  staysSlower(
    subject: Subject,
    set: readonly Built[],
    isSlower: (beforeMs: number, afterMs: number) => boolean,
  ): Promise<boolean>
  /** What a round of a statement doing that work takes, in milliseconds, as far as it was run before. */
  roundMs(subject: Subject, key: string): number
  /** The key of a statement's work under a set; no run. */
  keyOf(subject: Subject, set: readonly Built[]): Promise<string>
}

const mostContests = 4

/**
 * A statement whose plan is the same under two sets takes the same time under both, so only new plans are run. A
 * write's time depends besides on the indexes of the table it writes.
 */
export function createEvaluator(bench: Bench, pool: () => readonly Built[]): Evaluator {
  const plans = new Map<string, Map<Subject, { keys: string[]; used: Set<Built> }>>()
  const times = new Map<Call, Map<string, number>>()

  const relevant = (subject: Subject, set: readonly Built[]): Built[] =>
    set.filter(
      ({ spec }) =>
        spec.table.sql === subject.uses.writes || subject.uses.uses.some(({ table }) => table === spec.table),
    )
  const idOf = (set: readonly Built[]): string =>
    set
      .map(({ spec }) => indexSql(spec))
      .sort()
      .join()

  async function planned(subject: Subject, set: readonly Built[]) {
    const mine = relevant(subject, set)
    const id = idOf(mine)
    const known = plans.get(id)?.get(subject)
    if (known) return known
    const keys: string[] = []
    const used = new Set<Built>()
    const written = mine.filter(({ spec }) => spec.table.sql === subject.uses.writes)
    for (const call of subject.calls) {
      const { key, indexes } = await bench.plan(call)
      keys.push(`${key} ${idOf(written)}`)
      for (const built of mine)
        if (indexes.some((name) => indexSql(built.spec).endsWith(`."${name}"`))) used.add(built)
    }
    const fresh = { keys, used }
    if (!plans.has(id)) plans.set(id, new Map())
    plans.get(id)!.set(subject, fresh)
    return fresh
  }

  async function timed(subject: Subject, call: Call, key: string): Promise<number> {
    const known = times.get(call)?.get(key)
    if (known !== undefined) return known
    let least = Infinity
    for (let run = 0; run < 4; run++) {
      const { ms, stopped } = await bench.time(call, subject.limitMs)
      least = Math.min(least, ms)
      // A run that is far from what it was decides at once; close ones are looked at again.
      if (
        stopped ||
        (least > 200 && run >= 1) ||
        (ms > 50 && (ms > 2 * subject.beforeMs || ms < subject.beforeMs / 4))
      )
        break
    }
    if (!times.has(call)) times.set(call, new Map())
    times.get(call)!.set(key, least)
    return least
  }

  const without = <T>(set: readonly Built[], work: () => Promise<T>): Promise<T> =>
    bench.without(
      pool()
        .filter((built) => !set.includes(built))
        .map(({ spec }) => indexSql(spec)),
      work,
    )

  /** Times a statement once more under a set; what is known of it only becomes better. */
  const timedAgain = (subject: Subject, set: readonly Built[]): Promise<number> =>
    without(set, async () => {
      const { keys } = await planned(subject, set)
      let sum = 0
      for (const [at, call] of subject.calls.entries()) {
        await bench.plan(call)
        let least = Infinity
        for (let run = 0; run < 3 && (run === 0 || least < 20); run++)
          least = Math.min(least, (await bench.time(call, subject.limitMs)).ms)
        const known = times.get(call)
        known?.set(keys[at]!, Math.min(least, known.get(keys[at]!) ?? least))
        sum += least
      }
      return sum / subject.calls.length
    })

  return {
    async staysSlower(subject, set, isSlower) {
      for (let round = 0; round < mostContests; round++) {
        const order = round % 2 === 0 ? [[], set] : [set, []]
        const first = await timedAgain(subject, order[0]!)
        const second = await timedAgain(subject, order[1]!)
        if (!(round % 2 === 0 ? isSlower(first, second) : isSlower(second, first))) return false
      }
      return true
    },
    outcomes: (subjects, set, enough = () => false) =>
      without(set, async () => {
        const outcomes = new Map<Subject, Outcome>()
        for (const subject of subjects) {
          const { keys, used } = await planned(subject, set)
          let sum = 0
          for (const [at, call] of subject.calls.entries()) sum += await timed(subject, call, keys[at]!)
          outcomes.set(subject, { ms: sum / subject.calls.length, used, key: keys.join('\n') })
          if (enough(subject, sum / subject.calls.length)) break
        }
        return outcomes
      }),
    roundMs: (subject, key) =>
      key
        .split('\n')
        .reduce((sum, one, at) => sum + (times.get(subject.calls[at]!)?.get(one) ?? subject.beforeMs), 0),
    async keyOf(subject, set) {
      const mine = idOf(relevant(subject, set))
      const known = plans.get(mine)?.get(subject)
      if (known) return known.keys.join('\n')
      return without(set, async () => (await planned(subject, set)).keys.join('\n'))
    },
  }
}
