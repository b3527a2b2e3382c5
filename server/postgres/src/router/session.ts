import { AsyncLocalStorage } from 'node:async_hooks'
import { later, type Position } from './lsn.ts'

/** How new a read must be: `session`: all that its session wrote; `current`: all that was committed when it began. */
export type ReadDemand = 'session' | 'current'

/** Where a read may go, and what it must see. */
export interface QueryRouting {
  /** Whether a replica may answer. @default what is said around it, else false */
  replica?: boolean
  /** Of what is said here and around it the stricter holds. @default 'session' */
  read?: ReadDemand
}

/** What one caller wrote. */
export interface Session {
  /** Everything it wrote and knows the place of. */
  position: Position | null
  /** It wrote since, and nobody has asked for the place yet. */
  wrote: boolean
  /** Its position is not known, nor will be: its reads stay at the primary. */
  pinned: boolean
  /** Hears of each write before its caller is answered. */
  readonly onWrite: (() => Promise<void> | void) | undefined
}

interface Surroundings {
  readonly session: Session | undefined
  readonly replica: boolean
  readonly read: ReadDemand
}

const surroundings = new AsyncLocalStorage<Surroundings>()
const nothing: Surroundings = { session: undefined, replica: false, read: 'session' }

export const currentSession = (): Session | undefined => surroundings.getStore()?.session

/** What holds for a read that asks for `routing` here. */
export function routingHere({ replica, read }: QueryRouting = {}): Required<QueryRouting> {
  const around = surroundings.getStore() ?? nothing
  return {
    replica: replica ?? around.replica,
    read: around.read === 'current' ? 'current' : (read ?? 'session'),
  }
}

/** A session of its own, though what is kept of its reads may be another's affair. */
export const runInSession = <T>(session: Session, routing: QueryRouting, work: () => T): T =>
  surroundings.run({ session, ...routingHere(routing) }, work)

/** The same session, other reads. */
export const runRouted = <T>(routing: QueryRouting, work: () => T): T =>
  surroundings.run({ session: currentSession(), ...routingHere(routing) }, work)

export function createSession(given: Partial<Omit<Session, 'wrote'>> = {}): Session {
  return { position: null, wrote: false, pinned: false, onWrite: undefined, ...given }
}

/** The session has written up to here. */
export function advanceSession(session: Session, position: Position): void {
  session.position = later(session.position, position)
}
