import { postgresErrors } from '../errors.ts'
import type { EngineReply, EngineRequest } from './messages.ts'
import { startThread, type Thread } from './thread.ts'

export interface EngineSettings {
  /** Where the data is; null keeps it in memory. */
  folder: string | null
  statementTimeoutMs: number
  closeTimeoutMs: number
}

/** The embedded database, whatever thread it runs in at the moment. */
export interface Engine {
  /**
   * Begins a fresh session once the one before has ended, starting the thread again if it was stopped. Resolves with
   * what ends the session.
   * @throws HP_DATABASE_LOST, HP_DATABASE_CLOSED, HP_DATABASE_FOLDER_UNUSABLE
   */
  openSession(): Promise<() => void>
  /**
   * Sends wire protocol of the session and resolves with the answer.
   * @throws HP_STATEMENT_TIMEOUT, HP_CONNECTION_LOST
   */
  exchange(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  close(): Promise<void>
}

/**
 * Starts the database in a worker thread. It ignores statement_timeout and cannot be interrupted, so the deadline
 * lives here: a statement over it is stopped by ending the thread. Data in a folder is as crash-safe as PostgreSQL's
 * write-ahead log makes it, and the next session starts a new thread on it; data in memory is lost with its thread,
 * and everything after says so.
 * @throws HP_DATABASE_FOLDER_UNUSABLE
 */
export async function startEngine(settings: EngineSettings): Promise<Engine> {
  const { folder, statementTimeoutMs: limit, closeTimeoutMs } = settings
  let current = startThread(folder)
  let session = await current
  let sessionEnded = Promise.resolve()
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  async function runningThread(): Promise<Thread> {
    if (closed) throw postgresErrors.HP_DATABASE_CLOSED()
    // A thread that could not be started again may be by the next caller.
    const thread = await current.catch(() => undefined)
    const problem = thread?.ended()
    if (thread && problem === undefined) return thread
    if (folder === null) throw postgresErrors.HP_DATABASE_LOST({ problem: problem ?? 'it did not start' })
    await thread?.exited
    current = startThread(folder)
    return current
  }

  async function ask(thread: Thread, request: EngineRequest): Promise<EngineReply> {
    const deadline = setTimeout(() => {
      const consequence =
        folder === null
          ? 'The in-memory database ended with it.'
          : 'Its transaction was rolled back; the database goes on.'
      thread.stop(postgresErrors.HP_STATEMENT_TIMEOUT({ limit, consequence }))
    }, limit)
    try {
      return await thread.ask(request)
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
    async openSession() {
      const previous = sessionEnded
      const { promise, resolve: end } = Promise.withResolvers<void>()
      sessionEnded = promise
      // There is one session in all: resetting it under another client would cut that client's transaction.
      await previous
      try {
        await inTurn(async () => {
          session = await runningThread()
          await ask(session, { kind: 'session' })
        })
        return end
      } catch (error) {
        end()
        throw error
      }
    },
    exchange: (bytes) =>
      inTurn(async () => {
        const reply = await ask(session, { kind: 'bytes', bytes })
        if (reply.kind === 'bytes') return reply.bytes
        throw postgresErrors.HP_CONNECTION_LOST({ problem: 'the embedded database answered out of turn' })
      }),
    async close() {
      closed = true
      const thread = await current.catch(() => undefined)
      await thread?.close(closeTimeoutMs)
    },
  }
}
