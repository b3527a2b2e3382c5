import { parseBytes, parseDuration } from '@hotpath/core'
import { loadModule } from 'libpg-query'
import { postgresErrors } from '../errors.ts'
import { takeBaseline } from './baseline.ts'
import { type Bench, createBench } from './bench.ts'
import { readCatalog, redundantIndexes } from './catalog.ts'
import { type Clone, cloneFolder, cloneServer } from './clone.ts'
import { losersOf } from './decide.ts'
import { type Built, createEvaluator, type Evaluator } from './evaluate.ts'
import type { Advice, AdviseOptions } from './options.ts'
import { buildPool, installHypopg, settleTables, tablesOf, partitionsOf } from './prepare.ts'
import { rankCandidates } from './prune.ts'
import { report } from './report.ts'
import { type Found, searchSet } from './search.ts'
import { openSession, type Session } from './session.ts'
import { statementsOfServer } from './server-statements.ts'
import type { Subject } from './subject.ts'
import { type Verification, verifySet } from './verify.ts'
import type { WorkloadStatement } from './workload.ts'

/** Shares of the time limit at whose end each step stops looking further. */
const ends = { baseline: 0.2, rank: 0.24, build: 0.32, measure: 0.46, search: 0.56, all: 0.95 } as const

/**
 * Advises on indexes that were proved: candidates from the statements, made on a clone, chosen by measured time, and
 * verified by interleaved replay of real parameters. The database itself is only read.
 * @throws HP_CLONE_FAILED, HP_CLONE_SPACE, HP_WORKLOAD_EMPTY, and what openDatabase throws
 */
export async function adviseIndexes(options: AdviseOptions): Promise<Advice> {
  const { now = () => performance.now(), epochMs = Date.now, signal = new AbortController().signal } = options
  const limitMs = parseDuration(options.timeLimit ?? '3m')
  const startedAt = now()
  const left = (share: number): number => limitMs * share - (now() - startedAt)
  await loadModule()
  const workload = options.workload ?? (await statementsOfServer(options, now))
  if (workload.length === 0) throw postgresErrors.HP_WORKLOAD_EMPTY()
  options.progress?.({ label: 'clone', done: 0, total: 1 })
  const clone = await cloneOf(options, epochMs())
  options.progress?.({ label: 'clone', done: 1, total: 1 })
  let dropped: Promise<void> | undefined
  const drop = (): Promise<void> => (dropped ??= clone.drop())
  // Whatever runs on the clone ends with it, instead of holding up the end for a long statement.
  const dropEarly = (): void => void drop().catch(() => {})
  if ('url' in clone.target) signal.addEventListener('abort', dropEarly)
  try {
    signal.throwIfAborted()
    const session = await openSession(clone.target, now)
    try {
      return await adviseOn(session, { ...options, now, signal, left, limitMs, workload, how: clone.how })
    } finally {
      await session.close()
    }
  } finally {
    signal.removeEventListener('abort', dropEarly)
    await drop()
  }
}

function cloneOf({ url, folder }: AdviseOptions, epochMs: number): Promise<Clone> {
  if (folder !== undefined) return cloneFolder(folder)
  if (url !== undefined) return cloneServer(url, { epochMs })
  throw postgresErrors.HP_DATABASE_OPTION_INVALID({
    option: 'url',
    given: 'missing',
    problem: 'There is nothing to advise on.',
  })
}

interface Work extends AdviseOptions {
  now: () => number
  signal: AbortSignal
  /** Milliseconds until a share of the limit has passed. */
  left: (share: number) => number
  limitMs: number
  workload: readonly WorkloadStatement[]
  how: string
}

async function adviseOn(session: Session, work: Work): Promise<Advice> {
  const { progress = () => {}, left, workload } = work
  const budgetBytes = work.budget === undefined ? Infinity : parseBytes(work.budget)
  const bench = createBench(session, work.signal)
  const catalog = await readCatalog(session)
  const { subjects, skipped, complete } = await takeBaseline(workload, {
    catalog,
    bench,
    longestMs: Math.min(20_000, work.limitMs / 10),
    left: () => left(ends.baseline),
    progress: (done, detail) =>
      progress({ label: 'time the workload', done, total: workload.length, detail }),
  })
  const tables = tablesOf(subjects)
  const notes = [`The clone was made by ${work.how}.`, ...(await settleTables(session, tables))]
  const hypothetical = await installHypopg(session)
  if (!hypothetical)
    notes.push('hypopg is not installed: candidates were built to be tried, fewer in the same time.')
  const ranked = await rankCandidates(subjects, {
    session,
    bench,
    hypothetical,
    late: () => left(ends.rank) <= 0,
    progress: (done, detail) => progress({ label: 'find candidates', done, total: subjects.length, detail }),
  })
  const { pool, failed } = await buildPool(ranked, {
    session,
    left: () => left(ends.build),
    budgetBytes,
    progress: (done, total) => progress({ label: 'build candidates', done, total }),
  })
  const evaluator = createEvaluator(bench, () => pool)
  const search = (among: readonly Built[]): Promise<Found> =>
    searchSet({
      evaluator,
      subjects,
      pool: among,
      budgetBytes,
      late: () => left(ends.search) <= 0,
      choosing: () => left(ends.measure) <= 0,
      progress: (done, total) => progress({ label: 'choose by measured time', done, total }),
    })
  const proved = await prove({ ...work, bench, evaluator, subjects, pool, search })
  return report({
    ...proved,
    subjects,
    skipped,
    notes,
    pool,
    failed,
    conclusive: proved.conclusive && complete && subjects.length > 0,
    redundant: redundantIndexes(tables),
    partitions: await partitionsOf(session, tables),
  })
}

export interface Proved {
  set: Built[]
  verification: Verification | undefined
  /** Why the others were left out. */
  reasons: Map<Built, string>
  conclusive: boolean
}

interface ProveWork extends Work {
  bench: Bench
  evaluator: Evaluator
  subjects: readonly Subject[]
  pool: readonly Built[]
  search: (among: readonly Built[]) => Promise<Found>
}

/** Verifies what the search finds; what loses is left out and, in what time there is, the search begins again. */
async function prove(work: ProveWork): Promise<Proved> {
  const { left, search, pool, progress = () => {} } = work
  const lost = new Map<Built, string>()
  let { set, reasons, complete } = await search(pool)
  while (set.length > 0) {
    const verification = await verifySet(set, {
      ...work,
      // Half of what is left, so that a set without the losers can be verified too.
      budgetMs: left(ends.all) / 2,
      mostMs: left(ends.all),
      progress: (done, total) => progress({ label: 'verify', done, total, detail: `${set.length} indexes` }),
    })
    if (!verification) {
      for (const one of set) lost.set(one, 'could not be verified before the time limit')
      return { set: [], verification: undefined, reasons: new Map([...reasons, ...lost]), conclusive: false }
    }
    const losers = losersOf(verification)
    for (const [one, reason] of losers) lost.set(one, reason)
    if (losers.size === 0)
      return { set, verification, reasons: new Map([...reasons, ...lost]), conclusive: complete }
    if (left(ends.search) > 0)
      ({ set, reasons, complete } = await search(pool.filter((one) => !lost.has(one))))
    else set = set.filter((one) => !losers.has(one))
  }
  return { set, verification: undefined, reasons: new Map([...reasons, ...lost]), conclusive: complete }
}
