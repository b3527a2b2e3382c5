import { AsyncLocalStorage } from 'node:async_hooks'
import { later, type Position } from './lsn.ts'

/** How new a read must be: `session`: all that its session wrote; `current`: all that was committed when it began. */
export type ReadDemand = 'session' | 'current'

/** What one caller wrote, and where its reads may go. */
export interface Session {
  /** Everything it wrote and knows the place of. */
  position: Position | null
  /** It wrote since, and nobody has asked for the place yet. */
  wrote: boolean
  /** Its position is not known, nor will be: its reads stay at the primary. */
  pinned: boolean
  /** Whether reads may go to replicas where the statement does not say. */
  readonly replica: boolean
  readonly read: ReadDemand
}

const sessions = new AsyncLocalStorage<Session>()

export const currentSession = (): Session | undefined => sessions.getStore()

export const runInSession = <T>(session: Session, work: () => T): T => sessions.run(session, work)

/** Work of the router itself, which is nobody's writing. */
export const outsideSessions = <T>(work: () => T): T => sessions.exit(work)

export function createSession(
  given: Partial<Pick<Session, 'position' | 'pinned' | 'replica' | 'read'>> = {},
): Session {
  return { position: null, wrote: false, pinned: false, replica: false, read: 'session', ...given }
}

/** The session has written up to here. */
export function advanceSession(session: Session, position: Position): void {
  session.position = later(session.position, position)
}
