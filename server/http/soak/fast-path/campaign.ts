import { answersIn, difference, differenceFromBare } from './compare.ts'
import type { History } from './history.ts'
import { type Outcome, play } from './play.ts'
import { createPieces } from './pieces.ts'
import { shrink } from './shrink.ts'
import { type SetupName, setups, startSubject, type Subject } from './subject.ts'

/** What came of many histories. */
export interface CampaignResult {
  readonly histories: number
  /** Answers that were compared, of all histories together. */
  readonly answers: number
  /** Of the histories: those answered as without the fast path where the bytes come in other pieces (pieces.ts). */
  readonly inOtherPieces: number
  readonly findings: readonly Finding[]
}

/** A history that was not answered alike. */
export interface Finding {
  readonly setup: SetupName
  /** The smallest that was found. */
  readonly history: History
  readonly difference: string
  /** Whether it was seen again when the same was played once more. */
  readonly isSteady: boolean
}

export interface CampaignOptions {
  readonly setup: SetupName
  /** Histories, until there are no more; each is taken once. */
  readonly histories: Iterable<History>
  /** Connections at one time; those that change what others see are played with 1. */
  readonly parallel: number
  /** Whether bare node:http is asked, too: where the cache's own doings do not matter. */
  readonly besideBare: boolean
  /** Where to stop. @default 3 */
  readonly maxFindings?: number
  /** Is told of each history that was played, before a smaller one is looked for that differs, too. */
  readonly onPlayed?: (trial: Trial) => void
}

let lastId = 0
const newId = () => (lastId += 1).toString(36).padStart(6, '0')

/** Plays histories against the cache with and without the fast path, and finds out where the two differ. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { setup: setupName, parallel, maxFindings = 3, onPlayed } = options
  const setup = setups[setupName]
  await using stack = new AsyncDisposableStack()
  const plain = stack.use(await startSubject('plain', { setup }))
  const tested = stack.use(await startSubject('fast', { setup }))
  const bare = options.besideBare ? stack.use(await startSubject('bare', { setup })) : null
  const listened = stack.use(await startSubject('listened', { setup }))
  const trial = createTrial({ plain, tested, bare }, createPieces({ plain, listened, tested }))
  const waiting = options.histories[Symbol.iterator]()
  const findings: Finding[] = []
  let histories = 0
  let answers = 0
  let differing = 0
  let inOtherPieces = 0

  async function work(): Promise<void> {
    while (differing < maxFindings) {
      const next = waiting.next()
      if (next.done) return
      const judged = await trial(next.value)
      histories += 1
      answers += judged.answers
      if (judged.isInOtherPieces) inOtherPieces += 1
      onPlayed?.(judged)
      if (judged.difference === null) continue
      if (++differing <= maxFindings) findings.push(await examined(next.value, judged.difference))
    }
  }

  async function examined(history: History, first: string): Promise<Finding> {
    const again = await trial(history)
    if (again.difference === null) return { setup: setupName, history, difference: first, isSteady: false }
    const small = await shrink(history, async (candidate) => {
      const tried = await trial(candidate)
      // Or else it has turned malformed on the way, and is another matter.
      return tried.difference !== null && (again.isHungUp || !tried.isHungUp)
    })
    const { difference } = await trial(small)
    return { setup: setupName, history: small, difference: difference ?? first, isSteady: true }
  }

  await Promise.all(Array.from({ length: parallel }, work))
  const counted = inOtherPieces === 0 ? difference(talliesOf(plain), talliesOf(tested)) : null
  if (counted !== null && findings.length === 0) {
    const none: History = { steps: [], fin: 'when-quiet' }
    findings.push({ setup: setupName, history: none, difference: `counters, ${counted}`, isSteady: false })
  }
  return { histories, answers, inOtherPieces, findings }
}

const talliesOf = (subject: Subject): Outcome => ({ received: [JSON.stringify(subject.stats())], fates: [] })

/** How a history was answered. */
export interface Trial {
  readonly difference: string | null
  readonly answers: number
  readonly isInOtherPieces: boolean
  /** The server, without the fast path, did not keep the connection until its client had ended it. */
  readonly isHungUp: boolean
}

function createTrial(
  {
    plain,
    tested,
    bare,
  }: { readonly plain: Subject; readonly tested: Subject; readonly bare: Subject | null },
  matchesInPieces: ReturnType<typeof createPieces>,
): (history: History) => Promise<Trial> {
  /** How much of a large answer the kernel takes at once differs from time to time, and with it what is read meanwhile. */
  async function isOnceAlike(history: History, beside: Subject): Promise<boolean> {
    for (let tries = 0; tries < 3; tries++) {
      const id = newId()
      const [expected, given] = await Promise.all([
        play(history, beside, id),
        play(history, plain, id),
        // It counts its answers, too.
        play(history, tested, id),
      ])
      if (differenceFromBare(expected, given) === null) return true
    }
    return false
  }

  return async (history) => {
    const id = newId()
    const [one, other, third] = await Promise.all([
      play(history, plain, id),
      play(history, tested, id),
      bare && play(history, bare, id),
    ])
    const seen = { answers: answersIn(one), isHungUp: one.fates.slice(0, -1).some((fate) => fate !== 'open') }
    const apart = difference(one, other)
    if (apart === null) {
      const fromBare = third && differenceFromBare(third, one)
      const isAlike = bare === null || fromBare === null || (await isOnceAlike(history, bare))
      return { difference: isAlike ? null : fromBare, isInOtherPieces: false, ...seen }
    }
    const isInOtherPieces = await matchesInPieces({ history, outcome: other }, newId)
    return { difference: isInOtherPieces ? null : apart, isInOtherPieces, ...seen }
  }
}
