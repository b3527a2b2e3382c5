import type { Bench } from './bench.ts'
import { candidatesFor } from './candidates.ts'
import { alreadyThere, indexBody, type IndexSpec } from './index-spec.ts'
import type { Session } from './session.ts'
import type { Subject } from './subject.ts'

/** A candidate with what the planner promises of it: weighted milliseconds, by cost. */
export interface Ranked {
  spec: IndexSpec
  promise: number
}

/** Rounds of "what would the planner take next, were its first choice not there". */
const rounds = 4

export interface PruneOptions {
  session: Session
  bench: Bench
  hypothetical: boolean
  /** Whether time is up for looking. */
  late: () => boolean
  progress: (done: number, name: string) => void
}

/**
 * The candidates worth making, best first. With hypopg the planner chooses among all of a statement's candidates at
 * once; what it takes is set aside, and it chooses again. Without, and for GIN, each candidate counts as promising as
 * the statement is slow.
 */
export async function rankCandidates(subjects: readonly Subject[], options: PruneOptions): Promise<Ranked[]> {
  const ranked = new Map<string, Ranked>()
  const note = (spec: IndexSpec, promise: number): void => {
    const body = indexBody(spec)
    const known = ranked.get(body)
    if (known) known.promise += promise
    else ranked.set(body, { spec, promise })
  }
  const byTime = [...subjects].sort((a, b) => weightOf(b) - weightOf(a))
  for (const [index, subject] of byTime.entries()) {
    options.progress(index, subject.statement.name)
    const specs = new Map(subject.uses.uses.flatMap(candidatesFor).map((spec) => [indexBody(spec), spec]))
    const hypothetical = options.hypothetical && !options.late()
    const [trees, others] = [[...specs.values()], [] as IndexSpec[]]
    if (hypothetical) {
      others.push(...trees.filter(({ method }) => method !== 'btree'))
      await choose(
        subject,
        trees.filter(({ method }) => method === 'btree'),
        { ...options, note },
      )
    } else others.push(...trees)
    for (const [rank, spec] of others.entries()) note(spec, weightOf(subject) / (2 + rank))
  }
  return [...ranked.values()].sort((a, b) => b.promise - a.promise)
}

const weightOf = ({ statement, beforeMs }: Subject): number => statement.weight * beforeMs

async function choose(
  subject: Subject,
  specs: IndexSpec[],
  { session, bench, note, late }: PruneOptions & { note: (spec: IndexSpec, promise: number) => void },
): Promise<void> {
  const [call] = subject.calls
  const last = subject.calls.at(-1)
  if (!call || !last || specs.length === 0) return
  const calls = call === last ? [call] : [call, last]
  await bench.without([], async () => {
    const bare = (await bench.plan(call)).cost
    const names = new Map<string, IndexSpec>()
    for (const spec of specs) {
      const made = await hypothetical(session, spec)
      if (made !== undefined) names.set(made, spec)
    }
    for (let round = 0; round < rounds && names.size > 0 && !late(); round++) {
      const taken = new Set<string>()
      for (const one of calls) {
        const { cost, indexes } = await bench.plan(one)
        const mine = indexes.filter((name) => names.has(name))
        const saved = weightOf(subject) * Math.max(0, 1 - cost / Math.max(bare, cost, 1e-9))
        for (const name of mine) {
          taken.add(name)
          const spec = names.get(name)!
          const promise = saved / mine.length / calls.length / (1 + round / 4)
          note(spec, promise)
          // The planner prefers to cover what it reads; the plain index is often as fast, and much smaller.
          const plain = { ...spec, include: [] }
          if (spec.include.length > 0 && alreadyThere(plain) === undefined) note(plain, 0.9 * promise)
        }
      }
      if (taken.size === 0) break
      for (const name of taken) {
        names.delete(name)
        await session.query(`select hypopg_drop_index(${/^<(\d+)>/.exec(name)![1]})`)
      }
    }
    await session.query('select hypopg_reset()')
  })
}

async function hypothetical(session: Session, spec: IndexSpec): Promise<string | undefined> {
  await session.query('savepoint hypothetical')
  const text = `create index ${indexBody(spec)}`.replaceAll("'", "''")
  try {
    const [made] = await session.query<{ indexname: string }>(
      `select indexname from hypopg_create_index('${text}')`,
    )
    return made?.indexname
  } catch {
    // What cannot be indexed (a type without an order, an expression that is not immutable) is no candidate.
    await session.query('rollback to savepoint hypothetical')
    return undefined
  }
}
