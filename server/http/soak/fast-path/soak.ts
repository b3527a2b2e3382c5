import { createDice, type Dice } from '../../../cache/soak/real/dice.ts'
import { campaign, type Finding, type Trial } from './campaign.ts'
import { findings as known } from './findings.ts'
import { randomHistory, randomMixed } from './grammar.ts'
import { type History, once } from './history.ts'
import { randomLate } from './late.ts'
import { shapes } from './shapes.ts'
import { randomStates } from './states.ts'
import { type SetupName, setups, sharedSetups } from './subject.ts'

export interface SoakOptions {
  readonly seconds: number
  readonly seed: number
  progress(line: string): void
}

export interface SoakResult {
  readonly seed: number
  readonly seconds: number
  readonly histories: number
  readonly answers: number
  /** Connections answered as without the fast path where the bytes come in other pieces (pieces.ts). */
  readonly inOtherPieces: number
  readonly findings: readonly Finding[]
  readonly holds: boolean
}

const parallel = 96
/** Of clients that read late: each has megabytes to get, from each server. */
const lateParallel = 4
/** Servers are made anew after so many: what connections have stored for themselves piles up. */
const perRound = 10_000

/** Generates connections until the time is up, for one way to set servers up after the other. */
export async function soak({ seconds, seed, progress }: SoakOptions): Promise<SoakResult> {
  const until = performance.now() + seconds * 1000
  const isOver = () => performance.now() >= until
  const dice = createDice(seed)
  const names = Object.keys(setups) as SetupName[]
  const findings: Finding[] = []
  const counted = { histories: 0, answers: 0, inOtherPieces: 0 }
  const tally = (setup: SetupName) =>
    `${counted.histories} connections, ${counted.answers} answers compared, ${findings.length} differences (${setup})`
  const tell = atMostEvery(10_000, progress)
  const watch =
    (setup: SetupName) =>
    ({ answers, isInOtherPieces, difference }: Trial): void => {
      counted.histories += 1
      counted.answers += answers
      if (isInOtherPieces) counted.inOtherPieces += 1
      if (difference !== null) progress(`a difference (${setup}), to be made smaller: ${difference}`)
      tell(() => tally(setup))
    }
  let round = 0
  while (round === 0 || (!isOver() && findings.length < 3)) {
    const setup = names[round % names.length]!
    const first = round < names.length ? listed() : []
    const connections = chain(
      first,
      generated(randomHistory, { dice, count: perRound, isOver }),
      generated(randomMixed, { dice, count: perRound / 4, isOver }),
    )
    const isShared = sharedSetups.includes(setup)
    const besideBare = setup === 'uncoded'
    const alone = generated(randomStates, { dice, count: perRound / 20, isOver })
    // Where the server hangs up behind a few requests, the kernel decides what of their answers still arrives late.
    const isLate = isShared && setup !== 'few requests'
    const late = generated(randomLate, { dice, count: perRound / 100, isOver })
    const onPlayed = watch(setup)
    for (const part of [
      { histories: isShared ? connections : [], parallel, besideBare },
      { histories: isLate ? late : [], parallel: lateParallel, besideBare },
      { histories: alone, parallel: 1, besideBare: false },
    ]) {
      findings.push(...(await campaign({ setup, onPlayed, ...part })).findings)
    }
    round += 1
    progress(tally(setup))
  }
  return { seed, seconds, ...counted, findings, holds: findings.length === 0 }
}

/** Tells what is made for it only when enough milliseconds have gone by since it last did. */
function atMostEvery(ms: number, progress: (line: string) => void): (line: () => string) => void {
  let next = performance.now() + ms
  return (line) => {
    const now = performance.now()
    if (now < next) return
    next = now + ms
    progress(line())
  }
}

/** Every odd shape, and what was found before. */
const listed = (): History[] => [
  ...Object.values(shapes).map((text) => once(text)),
  ...known.map(({ history }) => history),
]

function* generated(
  make: (dice: Dice) => History,
  { dice, count, isOver }: { dice: Dice; count: number; isOver: () => boolean },
): Generator<History> {
  for (let made = 0; made < count && !isOver(); made++) yield make(dice)
}

function* chain(...all: readonly Iterable<History>[]): Generator<History> {
  for (const each of all) yield* each
}
