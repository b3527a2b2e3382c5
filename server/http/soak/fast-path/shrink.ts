import { type History, send, type Step } from './history.ts'

/** Most histories that are tried on the way to a small one. */
const maxTries = 250

/**
 * The smallest history found that still fails: fewer steps, fewer cuts, fewer lines, fewer bytes, in that order, until
 * nothing can be left out any more.
 */
export async function shrink(
  history: History,
  stillFails: (candidate: History) => Promise<boolean>,
): Promise<History> {
  let smallest = history
  let tries = 0
  for (let isSmaller = true; isSmaller && tries < maxTries;) {
    isSmaller = false
    for (const candidate of smaller(smallest)) {
      if (++tries > maxTries) break
      if (!(await stillFails(candidate))) continue
      smallest = candidate
      isSmaller = true
      break
    }
  }
  return smallest
}

function* smaller(history: History): Generator<History> {
  const { steps, fin } = history
  if (fin === 'at-once') yield { steps, fin: 'when-quiet' }
  for (let index = 0; index < steps.length && steps.length > 1; index++) {
    yield { steps: steps.toSpliced(index, 1), fin }
  }
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'send') continue
    for (const small of smallerSends(step)) yield { steps: steps.with(index, small), fin }
  }
}

function* smallerSends({ text, cuts }: Extract<Step, { kind: 'send' }>): Generator<Step> {
  if (cuts.length > 0) yield send(text)
  if (cuts.length > 1)
    for (let index = 0; index < cuts.length; index++) yield send(text, cuts.toSpliced(index, 1))
  const lines = text.split(/(?<=\r\n)/)
  yield* without(lines, cuts)
  if (text.length <= 200) yield* without(text.split(''), cuts)
}

/** The text without one stretch of its parts: halves first, single ones last. */
function* without(parts: readonly string[], cuts: readonly number[]): Generator<Step> {
  for (let size = Math.floor(parts.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= parts.length; from += size) {
      const before = parts.slice(0, from).join('').length
      const gone = parts.slice(from, from + size).join('').length
      const moved = cuts.map((cut) => (cut <= before ? cut : Math.max(before, cut - gone)))
      const text = parts.toSpliced(from, size).join('')
      yield send(
        text,
        [...new Set(moved)].filter((cut) => cut > 0 && cut < text.length),
      )
    }
  }
}
