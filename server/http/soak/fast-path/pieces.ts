import { answersIn, difference } from './compare.ts'
import type { History } from './history.ts'
import { type Outcome, play } from './play.ts'
import type { Subject } from './subject.ts'

/** A history, and what became of it with the fast path. */
export interface Tried {
  readonly history: History
  readonly outcome: Outcome
}

/**
 * Tells whether a history is answered with the fast path as it is without, had its bytes come in other pieces. TCP promises
 * nothing about pieces, but node:http lets them show: where malformed bytes come in one piece with requests before them, the
 * connection is closed at once, and which of the answers that were due still goes out, and whether 400 does, depends on what
 * ran in between. The fast path has sent its answers by then, as if the rest had come later; so one more cut, at the end of
 * a request, is tried. What it hands over besides comes to Node's parser through JavaScript, which with a body lets other
 * things run in between than a read by itself: then connections that somebody listens to are tried, too.
 */
export function createPieces({
  plain,
  listened,
  tested,
}: {
  readonly plain: Subject
  readonly listened: Subject
  readonly tested: Subject
}): (tried: Tried, id: () => string) => Promise<boolean> {
  return async ({ history, outcome }, id) => {
    const references = hasBody(history) ? [plain, listened] : [plain]
    for (const other of [history, ...withOneMoreCut(history, answersIn(outcome))]) {
      for (const reference of references) {
        const name = id()
        const [expected, given] = await Promise.all([
          play(other, reference, name),
          play(history, tested, name),
        ])
        if (difference(expected, given) === null) return true
      }
    }
    return false
  }
}

const hasBody = ({ steps }: History) =>
  steps.some((step) => step.kind === 'send' && /content-length|transfer-encoding/i.test(step.text))

/** Each with a cut at the end of another request, first those about where so many requests were answered. */
function withOneMoreCut({ steps, fin }: History, answered: number): History[] {
  const ends = steps.flatMap((step, index) =>
    step.kind === 'send'
      ? Array.from(step.text.matchAll(/\r\n\r\n/g), (found) => ({ step, index, end: found.index + 4 }))
      : [],
  )
  return ends
    .map((end, ordinal) => ({ ...end, distance: Math.abs(ordinal + 1 - answered) }))
    .filter(({ step, end }) => end < step.text.length)
    .sort((one, other) => one.distance - other.distance)
    .map(({ step, index, end }) => {
      const cuts = [...new Set([...step.cuts, end])].sort((a, b) => a - b)
      return { steps: steps.with(index, { ...step, cuts }), fin }
    })
}
