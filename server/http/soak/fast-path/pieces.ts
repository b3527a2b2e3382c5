import { answersIn, difference, stepsAlike } from './compare.ts'
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
 * a request, is tried, with the rest coming when what is before it was read, or when it was answered; and where that makes another step the first that differs, one more behind it.
 *
 * What it hands over besides comes to Node's parser through JavaScript. In a read by itself, Node runs what waits for its
 * turn behind each part of a body, in the middle of a piece; in a piece that JavaScript gives it, only behind the whole. So
 * answers are written before or after the rest of the piece is parsed, and an error finds them due or gone. Then connections
 * that somebody listens to are tried, too, for they are given their bytes in the same way. Of these, a pause does not stop
 * the reading at once, as it does of all others: what others leave unread is sent to them behind it (play.ts).
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
    const tryWith = (reference: Subject) => async (other: History) => {
      const name = id()
      const [expected, given] = await Promise.all([play(other, reference, name), play(history, tested, name)])
      const isAlike = difference(expected, given) === null
      return { isAlike, steps: stepsAlike(expected, given), isStuck: expected.fates.includes('stuck') }
    }
    const answered = answersIn(outcome)
    const searches: (Search & { isStuck: boolean })[] = []
    // First without cuts: there may be many.
    for (const trial of [tryWith(plain), tryWith(listened)]) {
      const { isAlike, steps, isStuck } = await trial(history)
      if (isAlike) return true
      searches.push({ trial, answered, steps, isStuck })
    }
    // A server that waits for good takes seconds each time.
    searches.sort((one, other) => Number(one.isStuck) - Number(other.isStuck))
    for (const search of searches) if (await hasCuts(history, search)) return true
    return false
  }
}

interface Search {
  /** Plays a history with the reference, and the given one with the fast path: whether they are alike, or how far. */
  readonly trial: (history: History) => Promise<{ isAlike: boolean; steps: number }>
  readonly answered: number
  /** In how many steps it is alike with no other cuts. */
  readonly steps: number
}

/** Whether a history is answered alike with some other cuts, each of which lets it agree in more steps. */
async function hasCuts(history: History, { trial, answered, steps }: Search): Promise<boolean> {
  let best = { history, steps }
  for (let isNearer = true; isNearer;) {
    isNearer = false
    for (const candidate of withOneMoreCut(best.history, answered)) {
      const reached = await trial(candidate)
      if (reached.isAlike) return true
      if (reached.steps <= best.steps) continue
      best = { history: candidate, steps: reached.steps }
      isNearer = true
      break
    }
  }
  return false
}

/**
 * Each with a cut at the end of another request, first those about where so many requests were answered: the rest comes when
 * what is before it was read, or, behind those, when it was answered, too.
 */
function withOneMoreCut({ steps, fin }: History, answered: number): History[] {
  const ends = steps
    .flatMap((step, index) =>
      step.kind === 'send'
        ? Array.from(step.text.matchAll(/\r\n\r\n/g), (found) => ({ step, index, end: found.index + 4 }))
        : [],
    )
    .map((end, ordinal) => ({ ...end, distance: Math.abs(ordinal + 1 - answered) }))
    .filter(({ step, end }) => end < step.text.length && !step.cuts.includes(end))
    .sort((one, other) => one.distance - other.distance)
  return [false, true].flatMap((pauses) =>
    ends.map(({ step, index, end }) => {
      const cuts = [...step.cuts, end].sort((a, b) => a - b)
      const cut = { ...step, cuts, ...(pauses && { pauses: [...(step.pauses ?? []), end] }) }
      return { steps: steps.with(index, cut), fin }
    }),
  )
}
