import type { Built } from './evaluate.ts'
import type { IndexVerdict, StatementVerdict, Verification } from './verify.ts'

/** Which indexes must go after a verification, and why; empty when all of them won. */
export function losersOf({ statements, indexes }: Verification): Map<Built, string> {
  const losers = new Map<Built, string>()
  for (const statement of statements.filter(({ slower }) => slower)) {
    const culprit = culpritOf(statement, indexes)
    if (culprit) losers.set(culprit.built, slowerReason(statement))
  }
  if (losers.size > 0) return losers
  const undecided = indexes
    .filter(({ ratio, gainMs }) => !(ratio.high < 1 && gainMs > 0))
    .sort((a, b) => a.gainMs - b.gainMs)
  // One may become useful when another goes: the weaker half first.
  for (const { built, ratio, gainMs } of undecided.slice(0, Math.ceil(undecided.length / 2))) {
    const interval = `${ratio.estimate.toFixed(3)} [${ratio.low.toFixed(3)}, ${ratio.high.toFixed(3)}]`
    losers.set(
      built,
      `does not win with confidence: time with it by time without ${interval}, ${gainMs.toFixed(2)} ms saved`,
    )
  }
  return losers
}

/** The index that adds most to the statement; where none does so alone, the one that the workload would miss least. */
function culpritOf(
  { subject }: StatementVerdict,
  indexes: readonly IndexVerdict[],
): IndexVerdict | undefined {
  const addedBy = ({ adds }: IndexVerdict): number => adds.get(subject) ?? 0
  const [worst] = [...indexes].sort((a, b) => addedBy(b) - addedBy(a))
  if (worst && addedBy(worst) > 0) return worst
  const near = indexes.filter(({ built: { spec } }) =>
    subject.uses.uses.some(({ table }) => table === spec.table),
  )
  return near.sort((a, b) => a.gainMs - b.gainMs)[0]
}

function slowerReason({ subject, ratio, beforeMs, afterMs }: StatementVerdict): string {
  const interval = `${ratio.estimate.toFixed(2)} times slower [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`
  return `makes ${subject.statement.name} ${interval} (${beforeMs.toFixed(2)} → ${afterMs.toFixed(2)} ms)`
}
