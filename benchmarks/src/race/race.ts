import type { Abilities } from './contestant.ts'
import type { ParticipantName } from './contestants/index.ts'
import type { Stage } from './stage.ts'

/** One known failure of caches, played step by step: the order of events is given. */
export interface Race {
  /** Stable, kebab-case. */
  id: string
  what: string
  needs: readonly (keyof Abilities)[]
  play(stage: Stage): Promise<Verdict>
}

/** What came of it: right or stale, or, of a stampede, how often the value was loaded. */
export type Verdict = 'right' | 'STALE' | { loads: number }

/** A verdict for each cache; n/a where it lacks what the race is about. */
export type Cells = Record<ParticipantName, Verdict | 'n/a'>

/** As it is printed in the matrix. */
export function cellText(cell: Verdict | 'n/a'): string {
  if (typeof cell === 'string') return cell
  return `${cell.loads} load${cell.loads === 1 ? '' : 's'}`
}

export const isRight = (cell: Verdict | 'n/a'): boolean =>
  typeof cell === 'string' ? cell !== 'STALE' : cell.loads === 1
