import { formatBytes } from '@hotpath/core'
import type { Built, Evaluator, Outcome } from './evaluate.ts'
import { looksSlower, type Subject } from './subject.ts'

export interface SearchOptions {
  evaluator: Evaluator
  subjects: readonly Subject[]
  /** Best promise first. */
  pool: readonly Built[]
  /** Most bytes that all new indexes may take together. */
  budgetBytes: number
  late: () => boolean
  /** Whether the time is over in which single options are measured, before the first is chosen. */
  choosing: () => boolean
  progress: (done: number, total: number) => void
}

export interface Found {
  set: Built[]
  /** Why an index of the pool was left out. */
  reasons: Map<Built, string>
  /** Whether every index of the pool was looked at before time was up. */
  complete: boolean
}

/** A single index, or several that one plan reads together. */
interface Option {
  members: Built[]
  /** Weighted milliseconds saved beside `against`; infinite until it was measured. */
  gain: number
  /** The same by statement. */
  saves: Map<Subject, number>
  against: readonly Built[] | undefined
}

/** Less than this share of the workload's time is not worth an index. */
const leastGain = 0.002
/** What is taken without a second look, because time is up, must promise more. */
const lateGain = 0.01
/** An index that saves this share of what the best saves is as good, when it is smaller. */
const nearlyBest = 0.95
const mostRivals = 6

/**
 * Chooses a set by measured time: the index, or the group that one plan reads together, that saves most is added,
 * again and again (lazy greedy: Minoux, "Accelerated Greedy Algorithms", 1978), unless it slows a statement; then each
 * is taken out once more to see whether the others do without it.
 */
export async function searchSet(options: SearchOptions): Promise<Found> {
  const { evaluator, subjects, pool, budgetBytes, late, choosing } = options
  const reasons = new Map<Built, string>()
  const base = await evaluator.outcomes(subjects, [])
  const baseTotal = totalOf(base)
  let set: Built[] = []
  let current = base
  const queue = await firstOptions(options, base)
  let seen = 0

  async function measure(option: Option): Promise<void> {
    const trial = [...new Set([...set, ...option.members])]
    const touched = touching(subjects, option.members)
    const { outcomes, harmed } = await trialOf(trial, { ...options, touched, base })
    if (!harmed && outcomes.size < touched.length) return
    option.against = set
    option.gain = harmed ? -Infinity : totalOf(current) - totalOf(new Map([...current, ...outcomes]))
    option.saves = savedBy(outcomes, current)
    const [only, ...more] = option.members
    if (more.length === 0) reasons.set(only!, harmed ?? tooLittle(option.gain, baseTotal))
  }

  while (queue.length > 0 && !late()) {
    queue.sort((a, b) => b.gain - a.gain)
    const worthy = queue.filter(({ gain }) => gain > 0 && gain >= leastGain * baseTotal)
    // Whatever was not measured in time comes when those that were have been chosen from.
    const top = (choosing() ? worthy.find(({ against }) => against !== undefined) : undefined) ?? worthy[0]
    if (!top) break
    if (top.against !== set) {
      options.progress((seen += 1), seen + queue.filter(({ against }) => against === undefined).length)
      await measure(top)
      continue
    }
    // Gains only shrink as the set grows, mostly: who was near the best before may be as good now, and smaller.
    const rivals = queue.filter((one) => one.against !== undefined && one.gain >= nearlyBest * top.gain)
    for (const rival of rivals.slice(0, mostRivals))
      if (rival.against !== set && !late()) await measure(rival)
    const { members } = smallestOfTheBest(queue, { best: top, set })
    queue.splice(
      queue.findIndex((option) => option.members === members),
      1,
    )
    const next = [...new Set([...set, ...members])]
    if (sizeOf(next) > budgetBytes) {
      for (const one of members)
        if (!set.includes(one))
          reasons.set(
            one,
            `does not fit: ${formatBytes(sizeOf(next))} of ${formatBytes(budgetBytes)} with the better ones`,
          )
      continue
    }
    current = new Map([...current, ...(await evaluator.outcomes(touching(subjects, members), next))])
    set = next
  }
  const complete = queue.every(({ against }) => against !== undefined)
  set = await eliminate(set, { ...options, current, reasons })
  if (late()) {
    const served = new Set([...savedBy(current, base)].flatMap(([subject, ms]) => (ms > 0 ? [subject] : [])))
    const room = budgetBytes - sizeOf(set)
    set = [...new Set([...set, ...unclaimed(queue, { served, room, least: lateGain * baseTotal })])]
  }
  for (const one of pool) if (!reasons.has(one)) reasons.set(one, 'was not looked at before the time limit')
  return { set, reasons, complete }
}

/** What a set makes of the statements it touches, up to the first that it slows, again and again. */
async function trialOf(
  trial: readonly Built[],
  {
    evaluator,
    late,
    touched,
    base,
  }: SearchOptions & { touched: readonly Subject[]; base: Map<Subject, Outcome> },
): Promise<{ outcomes: Map<Subject, Outcome>; harmed: string | undefined }> {
  const outcomes = new Map<Subject, Outcome>()
  let rest = touched
  while (rest.length > 0) {
    const found = await evaluator.outcomes(
      rest,
      trial,
      (subject, ms) => late() || slowerThan(base, subject, ms),
    )
    for (const [subject, outcome] of found) outcomes.set(subject, outcome)
    const [subject, { ms }] = [...found].at(-1)!
    if (!slowerThan(base, subject, ms)) break
    const { write } = subject.statement
    const isSlower = (beforeMs: number, afterMs: number) => looksSlower({ write, beforeMs, afterMs })
    if (await evaluator.staysSlower(subject, trial, isSlower))
      return { outcomes, harmed: harmOf(subject, { ms, before: base.get(subject)!.ms }) }
    // Known better by now, both of them.
    for (const [set, into] of [
      [[], base],
      [trial, outcomes],
    ] as const)
      into.set(subject, (await evaluator.outcomes([subject], set)).get(subject)!)
    rest = rest.slice(found.size)
  }
  return { outcomes, harmed: undefined }
}

async function firstOptions(
  { evaluator, subjects, pool, late }: SearchOptions,
  base: Map<Subject, Outcome>,
): Promise<Option[]> {
  const singles = pool.map((built) => ({
    members: [built],
    gain: Infinity,
    saves: new Map(),
    against: undefined,
  }))
  if (late()) return singles
  const heaviest = [...subjects].sort(
    (a, b) => b.statement.weight * b.beforeMs - a.statement.weight * a.beforeMs,
  )
  const together = await evaluator.outcomes(heaviest, pool, late)
  const groups = new Map<string, Option>()
  for (const [subject, { ms, used }] of together) {
    if (used.size < 2 || slowerThan(base, subject, ms)) continue
    const members = pool.filter((built) => used.has(built))
    const id = members.map((built) => pool.indexOf(built)).join()
    const gain = subject.statement.weight * (base.get(subject)!.ms - ms)
    const known = groups.get(id)
    if (known) known.gain += gain
    else groups.set(id, { members, gain, saves: new Map(), against: undefined })
  }
  return [...singles, ...groups.values()]
}

/** Weighted milliseconds by statement; what is within the noise of a few runs is none. */
function savedBy(
  outcomes: ReadonlyMap<Subject, Outcome>,
  before: ReadonlyMap<Subject, Outcome>,
): Map<Subject, number> {
  const saved = new Map<Subject, number>()
  for (const [subject, { ms }] of outcomes) {
    const was = before.get(subject)!.ms
    if (Math.abs(was - ms) > 0.2 * was) saved.set(subject, subject.statement.weight * (was - ms))
  }
  return saved
}

/**
 * When time is up: what was measured, best first, as far as it saves time of statements that nothing chosen before
 * serves. Nobody saw them together yet; the verification will.
 */
function unclaimed(
  queue: readonly Option[],
  { served, room, least }: { served: Set<Subject>; room: number; least: number },
): Built[] {
  const chosen: Built[] = []
  const restOf = ({ saves }: Option): number =>
    [...saves].reduce((sum, [subject, ms]) => (served.has(subject) ? sum : sum + ms), 0)
  const measured = queue.filter(({ gain, against }) => against !== undefined && gain > 0)
  for (;;) {
    const fitting = measured.filter(({ members }) => sizeOf([...chosen, ...members]) <= room)
    const [best] = fitting.sort((a, b) => restOf(b) - restOf(a))
    if (!best || restOf(best) < least) return chosen
    chosen.push(...best.members)
    for (const [subject, ms] of best.saves) if (ms > 0) served.add(subject)
  }
}

/** Of options that save nearly the same, the one that takes least space. */
function smallestOfTheBest(
  queue: readonly Option[],
  { best, set }: { best: Option; set: readonly Built[] },
): Option {
  const equals = queue.filter(({ against, gain }) => against === set && gain >= nearlyBest * best.gain)
  return equals.reduce((least, one) => (sizeOf(one.members) < sizeOf(least.members) ? one : least), best)
}

/** Backward elimination: what the others replace is dropped, the largest first. */
async function eliminate(
  set: Built[],
  {
    evaluator,
    subjects,
    current,
    reasons,
  }: SearchOptions & { current: Map<Subject, Outcome>; reasons: Map<Built, string> },
): Promise<Built[]> {
  let kept = set
  let outcomes = current
  for (const one of [...set].sort((a, b) => b.sizeBytes - a.sizeBytes)) {
    const without = kept.filter((other) => other !== one)
    const trial = new Map([...outcomes, ...(await evaluator.outcomes(touching(subjects, [one]), without))])
    const slower = [...trial].some(([subject, { ms }]) => slowerThan(outcomes, subject, ms))
    if (slower || totalOf(trial) > totalOf(outcomes) * (1 + leastGain)) continue
    kept = without
    outcomes = trial
    reasons.set(one, 'the others make it unnecessary')
  }
  return kept
}

export function touching(subjects: readonly Subject[], indexes: readonly Built[]): Subject[] {
  return subjects.filter(({ uses }) =>
    indexes.some(
      ({ spec }) => uses.writes === spec.table.sql || uses.uses.some(({ table }) => table === spec.table),
    ),
  )
}

function harmOf({ statement, limitMs }: Subject, { ms, before }: { ms: number; before: number }): string {
  const least = ms >= limitMs ? 'at least ' : ''
  return `makes ${statement.name} ${least}${(ms / before).toFixed(2)} times slower (${before.toFixed(2)} → ${ms.toFixed(2)} ms)`
}

function tooLittle(gain: number, total: number): string {
  const share = (100 * gain) / total
  return `saves ${share.toFixed(2)} % of the workload's time beside the better ones`
}

function slowerThan(base: Map<Subject, Outcome>, subject: Subject, ms: number): boolean {
  return looksSlower({ write: subject.statement.write, beforeMs: base.get(subject)!.ms, afterMs: ms })
}

const sizeOf = (set: readonly Built[]): number => set.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

const totalOf = (outcomes: Map<Subject, Outcome>): number =>
  [...outcomes].reduce((sum, [{ statement }, { ms }]) => sum + statement.weight * ms, 0)
