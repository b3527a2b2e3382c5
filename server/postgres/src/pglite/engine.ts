import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { postgresErrors } from '../errors.ts'
import type { EngineReply, EngineRequest } from './messages.ts'

export interface EngineSettings {
  /** Where the data is; null keeps it in memory. */
  folder: string | null
  statementTimeoutMs: number
  closeTimeoutMs: number
}

/** The embedded database, whatever thread it runs in at the moment. */
export interface Engine {
  /** Begins a session, starting the thread again if it was stopped. */
  openSession(): Promise<void>
  /**
   * Sends wire protocol and resolves with the answer.
   * @throws HP_STATEMENT_TIMEOUT, HP_CONNECTION_LOST, HP_DATABASE_LOST
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
  const { folder, statementTimeoutMs, closeTimeoutMs } = settings
  let thread: Thread | undefined = await startThread(folder)
  let stopping: Promise<unknown> = Promise.resolve()
  let turn: Promise<unknown> = Promise.resolve()
  let gone: string | undefined
  let closed = false

  function stop(current: Thread, problem: string): void {
    if (thread !== current) return
    thread = undefined
    stopping = current.terminate()
    if (folder === null) gone = problem
  }

  async function runningThread(): Promise<Thread> {
    if (closed) throw postgresErrors.HP_DATABASE_CLOSED()
    if (gone !== undefined) throw postgresErrors.HP_DATABASE_LOST({ problem: gone })
    if (thread && !thread.ended()) return thread
    if (thread) stop(thread, 'its thread ended by itself')
    if (gone !== undefined) throw postgresErrors.HP_DATABASE_LOST({ problem: gone })
    await stopping
    thread = await startThread(folder)
    return thread
  }

  async function ask(current: Thread, request: EngineRequest): Promise<EngineReply> {
    const deadline = setTimeout(() => {
      const limit = statementTimeoutMs
      stop(current, `a statement was stopped after ${limit} ms`)
      const consequence =
        folder === null
          ? 'The in-memory database ended with it.'
          : 'Its transaction was rolled back; the database goes on.'
      current.fail(postgresErrors.HP_STATEMENT_TIMEOUT({ limit, consequence }))
    }, statementTimeoutMs)
    try {
      return await current.ask(request)
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
    openSession: () => inTurn(async () => void (await ask(await runningThread(), { kind: 'session' }))),
    exchange: (bytes) =>
      inTurn(async () => {
        const reply = await ask(await runningThread(), { kind: 'bytes', bytes })
        if (reply.kind === 'bytes') return reply.bytes
        throw postgresErrors.HP_CONNECTION_LOST({ problem: 'the embedded database did not answer' })
      }),
    async close() {
      closed = true
      const current = thread
      thread = undefined
      await stopping
      await current?.close(closeTimeoutMs)
    },
  }
}

interface Thread {
  ask(request: EngineRequest): Promise<EngineReply>
  /** Fails the request under way. */
  fail(error: Error): void
  ended(): boolean
  terminate(): Promise<unknown>
  /** Shuts the database down in order; after `boundMs` the thread is ended without. */
  close(boundMs: number): Promise<void>
}

// The built worker is a .js file beside the built engine.
const workerFile = new URL(`./worker${path.extname(import.meta.filename)}`, import.meta.url)

async function startThread(folder: string | null): Promise<Thread> {
  const worker = new Worker(workerFile, { workerData: { folder }, name: 'hotpath-pglite' })
  let waiting: { resolve: (reply: EngineReply) => void; reject: (error: Error) => void } | undefined
  let ended = false
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const settle = () => {
    const current = waiting
    waiting = undefined
    return current
  }
  const next = () =>
    new Promise<EngineReply>((resolve, reject) => {
      waiting = { resolve, reject }
    })
  worker.on('message', (reply: EngineReply) => {
    if (reply.kind !== 'failed') return settle()?.resolve(reply)
    settle()?.reject(postgresErrors.HP_CONNECTION_LOST({ problem: reply.problem }))
  })
  worker.on('error', (error) => settle()?.reject(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => {
    ended = true
    settle()?.reject(postgresErrors.HP_CONNECTION_LOST({ problem: 'the embedded database stopped' }))
  })
  try {
    await next()
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
    const place = folder ?? 'memory'
    throw postgresErrors.HP_DATABASE_FOLDER_UNUSABLE({ folder: place, problem }, { cause: error })
  }
  return {
    ask(request) {
      const reply = next()
      worker.postMessage(request, request.kind === 'bytes' ? [request.bytes.buffer] : [])
      return reply
    },
    fail: (error) => settle()?.reject(error),
    ended: () => ended,
    terminate: () => worker.terminate(),
    async close(boundMs) {
      const bound = setTimeout(() => void worker.terminate(), boundMs)
      if (!ended) worker.postMessage({ kind: 'close' } satisfies EngineRequest, [])
      await exited
      clearTimeout(bound)
    },
  }
}
