import type { Batch, Cut, LateCall, Read } from './messages.ts'
import type { Oracle, Violation } from './oracle.ts'

/** Hands what workers tell to the oracle as soon as all has been told that it must know. */
export interface Judge {
  admit(worker: number): void
  heard(worker: number, batch: Batch): void
  /** It died: nothing more will come of it. */
  left(worker: number): void
  /** Judges what waits, however much is still unknown. */
  finish(): void
  /** Keeps what was found wrong, with what happened to that key before. */
  report(found: Violation, at: number): void
  readonly violations: readonly Judged[]
  readonly cuts: readonly Cut[]
  readonly counts: Readonly<Record<string, number>>
  readonly readsJudged: number
  /** The longest time that a call of each kind took, in milliseconds; those that were quick are not told. */
  readonly longestMs: Readonly<Record<string, number>>
}

export interface Judged extends Violation {
  /** What happened to that key before, the newest last. */
  history: string[]
}

/** Events kept for each key. */
const remembered = 60
const mostKept = 20

export function createJudge(
  oracle: Oracle,
  describeFaults: (from: number, until: number) => string[],
): Judge {
  const toldUntil = new Map<number, number>()
  const waiting = new Map<number, Batch[]>()
  const events = new Map<string, { at: number; line: string }[]>()
  const violations: Judged[] = []
  const counts: Record<string, number> = {}
  const longestMs: Record<string, number> = {}
  const cuts: Cut[] = []
  let readsJudged = 0

  function note(worker: number, event: Read | Cut): void {
    const name = `${event.cache} ${event.key}`
    const list = events.get(name) ?? []
    events.set(name, list)
    list.push({ at: event.end, line: `worker ${worker} ${describe(event)}` })
    if (list.length > remembered * 2) list.splice(0, list.length - remembered)
  }
  function report(found: Violation, at: number): void {
    counts[`violations of ${found.invariant}`] = (counts[`violations of ${found.invariant}`] ?? 0) + 1
    if (violations.length >= mostKept) return
    violations.push({ ...found, history: history(found.cache, found.key, at) })
  }
  function history(cache: number, key: string, until: number): string[] {
    const list = (events.get(`${cache} ${key}`) ?? []).toSorted((a, b) => a.at - b.at)
    return [...describeFaults(until - 15_000, until), ...list.slice(-30).map(({ line }) => line)]
  }
  function judge(worker: number, { reads, late }: Batch): void {
    for (const read of reads) {
      note(worker, read)
      if (read.version >= 0) readsJudged += 1
      for (const found of oracle.read(worker, read)) report(found, read.end)
    }
    for (const call of late) judgeCall(worker, call)
  }
  function judgeCall(worker: number, call: LateCall): void {
    const took = Math.round(oracle.waited(worker, call))
    longestMs[call.how] = Math.max(longestMs[call.how] ?? 0, took)
    const found = oracle.call(worker, call)
    if (found) report(found, call.end)
  }
  /** A batch is judged when every other worker has told of the time until the batch was told. */
  function judgeKnown(known: number): void {
    for (const [worker, batches] of waiting) {
      while (batches.length > 0 && batches[0]!.until <= known) judge(worker, batches.shift()!)
    }
  }
  return {
    violations,
    cuts,
    counts,
    longestMs,
    get readsJudged() {
      return readsJudged
    },
    report,
    admit(worker) {
      toldUntil.set(worker, 0)
      waiting.set(worker, [])
    },
    heard(worker, batch) {
      for (let at = 0; at < batch.stalls.length; at += 2) {
        oracle.stall(worker, batch.stalls[at]!, batch.stalls[at + 1]!)
      }
      for (const cut of batch.cuts) {
        oracle.cut(worker, cut)
        cuts.push(cut)
        note(worker, cut)
      }
      for (const [name, count] of Object.entries(batch.counts)) counts[name] = (counts[name] ?? 0) + count
      waiting.get(worker)!.push(batch)
      toldUntil.set(worker, batch.until)
      judgeKnown(Math.min(...toldUntil.values()))
    },
    left(worker) {
      toldUntil.delete(worker)
    },
    finish: () => judgeKnown(Infinity),
  }
}

const ms = (at: number) => at.toFixed(1)

function describe(event: Read | Cut): string {
  const times = `from ${ms(event.start)} until ${ms(event.end)}`
  if (!('fleet' in event)) return `${times} ${event.how}: version ${event.version}`
  const ack = event.acknowledged ? (event.fleet ? 'by the fleet' : 'by Redis') : 'not known'
  return `${times} ${event.how} of version ${event.version}, acknowledged: ${ack}`
}
