import { createDice, type Dice } from '../../../cache/soak/real/dice.ts'
import { campaign, type Finding } from './campaign.ts'
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
  let [histories, answers, inOtherPieces, round] = [0, 0, 0, 0]
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
    const runs = [
      await campaign({ setup, histories: isShared ? connections : [], parallel, besideBare }),
      await campaign({ setup, histories: isLate ? late : [], parallel: lateParallel, besideBare }),
      await campaign({ setup, histories: alone, parallel: 1, besideBare: false }),
    ]
    for (const run of runs) {
      histories += run.histories
      answers += run.answers
      inOtherPieces += run.inOtherPieces
      findings.push(...run.findings)
    }
    round += 1
    progress(
      `${histories} connections, ${answers} answers compared, ${findings.length} differences (${setup})`,
    )
  }
  return { seed, seconds, histories, answers, inOtherPieces, findings, holds: findings.length === 0 }
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
