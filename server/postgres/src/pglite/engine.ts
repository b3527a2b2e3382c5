import { postgresErrors } from '../errors.ts'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import type { EngineReply, EngineRequest } from './messages.ts'
import type { Place } from './place.ts'

export interface EngineSettings {
  /** Where the data is; null keeps it in memory. */
  place: Place | null
  statementTimeoutMs: number
  closeTimeoutMs: number
}

/** The embedded database, whatever process it runs in at the moment. */
export interface Engine {
  /**
   * Begins a fresh session once the one before has ended, starting the process again if it ended. Resolves with what
   * ends the session; `onLost` is told when the process ends before.
   * @throws HP_DATABASE_LOST, HP_DATABASE_CLOSED, HP_DATABASE_FOLDER_UNUSABLE, HP_DATABASE_LOCKED
   */
  openSession(onLost: (error: Error) => void): Promise<() => void>
  /**
   * Sends wire protocol of the session and resolves with the answer.
   * @throws HP_STATEMENT_TIMEOUT, HP_CONNECTION_LOST
   */
  exchange(parts: readonly Uint8Array[]): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * Starts the database in a process of its own. It ignores statement_timeout and cannot be interrupted, so the
 * deadline lives here: a statement over it is stopped by killing the process. Data in a folder is as crash-safe as
 * PostgreSQL's write-ahead log makes it, and the next session starts a new process on it; data in memory is lost with
 * its process, and everything after says so.
 * @throws HP_DATABASE_FOLDER_UNUSABLE, HP_DATABASE_LOCKED
 */
export async function startEngine(settings: EngineSettings): Promise<Engine> {
  const { place, statementTimeoutMs: limit, closeTimeoutMs } = settings
  let tellSession: (error: Error) => void = () => {}
  let current = start()
  let session = await current
  let sessionEnded = Promise.resolve()
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  async function start(): Promise<EngineProcess> {
    const started = await startEngineProcess(place)
    void started.exited.then((problem) => tellSession(new Error(problem)))
    return started
  }

  async function runningProcess(): Promise<EngineProcess> {
    if (closed) throw postgresErrors.HP_DATABASE_CLOSED()
    // A process that could not be started again may be by the next caller.
    const before = await current.catch(() => undefined)
    const problem = before?.ended()
    if (before && problem === undefined) return before
    if (place === null) throw postgresErrors.HP_DATABASE_LOST({ problem: problem ?? 'it did not start' })
    await before?.exited
    current = start()
    return current
  }

  async function ask(request: EngineRequest, parts?: readonly Uint8Array[]): Promise<EngineReply> {
    const asked = session
    const deadline = setTimeout(() => {
      const consequence =
        place === null
          ? 'The in-memory database ended with it.'
          : 'Its transaction was rolled back; the database goes on.'
      asked.stop(postgresErrors.HP_STATEMENT_TIMEOUT({ limit, consequence }))
    }, limit)
    try {
      return await asked.ask(request, parts)
    } finally {
      clearTimeout(deadline)
    }
  }

  /** One request at a time, so that each deadline counts its own statement only. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  return {
    async openSession(onLost) {
      const previous = sessionEnded
      const { promise, resolve } = Promise.withResolvers<void>()
      sessionEnded = promise
      const end = () => {
        if (tellSession === onLost) tellSession = () => {}
        resolve()
      }
      // There is one session in all: resetting it under another client would cut that client's transaction.
      await previous
      try {
        await inTurn(async () => {
          session = await runningProcess()
          await ask('session')
          tellSession = onLost
        })
        return end
      } catch (error) {
        end()
        throw error
      }
    },
    exchange: (parts) =>
      inTurn(async () => {
        const reply = await ask('bytes', parts)
        if (reply.kind === 'bytes') return reply.body
        throw postgresErrors.HP_CONNECTION_LOST({ problem: 'the embedded database answered out of turn' })
      }),
    async close() {
      closed = true
      const last = await current.catch(() => undefined)
      await last?.close(closeTimeoutMs)
    },
  }
}
