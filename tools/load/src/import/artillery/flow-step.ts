import type { Session } from '../../session/session.ts'
import type { NoteTaker } from '../imported.ts'
import type { Path } from '../document.ts'
import type { Scope } from './template.ts'

/** A virtual user on its way. */
export interface User {
  session: Session
  scope: Scope
}

/** One step of a flow; false ends the user's way. */
export type FlowStep = (user: User) => Promise<boolean>

/** What compiling a flow needs. */
export interface FlowContext {
  notes: NoteTaker
  lineOf(path: Path): number
  /** Where the load goes; requests elsewhere are skipped. */
  origin: string | null
  /** Headers of every request. */
  headers: Record<string, unknown>
  /** Shares of the think time by which it varies, 0…1. */
  thinkJitter: number
}
