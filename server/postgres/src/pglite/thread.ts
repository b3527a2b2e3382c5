import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { postgresErrors } from '../errors.ts'
import type { EngineReply, EngineRequest } from './messages.ts'

/** One run of the embedded database. */
export interface Thread {
  /**
   * Sends one request; the next may be sent once this one is answered.
   * @throws HP_CONNECTION_LOST when the thread ends before
   */
  ask(request: EngineRequest): Promise<EngineReply>
  /** Ends the thread at once, failing the request under way with `error`. */
  stop(error: Error): void
  /** Why it no longer runs; undefined while it does. */
  ended(): string | undefined
  /** Shuts the database down in order; after `boundMs` the thread is ended without. */
  close(boundMs: number): Promise<void>
  /** Resolves when nothing of it touches the folder any more. */
  readonly exited: Promise<void>
}

// The built worker is a .js file beside the built thread.
const workerFile = new URL(`./worker${path.extname(import.meta.filename)}`, import.meta.url)

/** @throws HP_DATABASE_FOLDER_UNUSABLE */
export async function startThread(folder: string | null): Promise<Thread> {
  const worker = new Worker(workerFile, { workerData: { folder }, name: 'hotpath-pglite' })
  let waiting: { resolve: (reply: EngineReply) => void; reject: (error: Error) => void } | undefined
  let ended: string | undefined
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  const next = () =>
    new Promise<EngineReply>((resolve, reject) => {
      waiting = { resolve, reject }
    })
  const takeWaiting = () => {
    const current = waiting
    waiting = undefined
    return current
  }
  const lost = (problem: string) => takeWaiting()?.reject(postgresErrors.HP_CONNECTION_LOST({ problem }))

  worker.on('message', (reply: EngineReply) => {
    if (reply.kind === 'failed') lost(reply.problem)
    else takeWaiting()?.resolve(reply)
  })
  worker.on('error', (error) => takeWaiting()?.reject(error as Error))
  worker.on('exit', () => {
    ended ??= 'its thread ended by itself'
    lost('the embedded database stopped')
  })

  try {
    await next()
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    const place = folder ?? 'memory'
    throw postgresErrors.HP_DATABASE_FOLDER_UNUSABLE({ folder: place, problem }, { cause: error })
  }
  return {
    exited,
    ended: () => ended,
    ask(request) {
      if (ended !== undefined) throw postgresErrors.HP_CONNECTION_LOST({ problem: ended })
      const reply = next()
      worker.postMessage(request, request.kind === 'bytes' ? [request.bytes.buffer] : [])
      return reply
    },
    stop(error) {
      ended ??= error.message
      takeWaiting()?.reject(error)
      void worker.terminate()
    },
    async close(boundMs) {
      const bound = setTimeout(() => void worker.terminate(), boundMs)
      worker.postMessage({ kind: 'close' } satisfies EngineRequest, [])
      await exited
      clearTimeout(bound)
    },
  }
}
