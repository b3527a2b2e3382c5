import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { HotpathError } from '@hotpath/core'
import { postgresErrors } from '../errors.ts'
import { frame, frameReader } from './frames.ts'
import { descriptors, type EngineReply, type EngineRequest, replyKinds, requestKinds } from './messages.ts'
import type { Place } from './place.ts'

/** One run of the embedded database. */
export interface EngineProcess {
  /**
   * Sends one request; the next may be sent once this one is answered.
   * @throws HP_CONNECTION_LOST when the process ends before
   */
  ask(request: EngineRequest, parts?: readonly Uint8Array[]): Promise<EngineReply>
  /** Ends the process at once, failing the request under way with `error`. */
  stop(error: Error): void
  /** Why it no longer runs; undefined while it does. */
  ended(): string | undefined
  /** Shuts the database down in order; after `boundMs` the process is ended without. */
  close(boundMs: number): Promise<void>
  /** Resolves, with why, when nothing of it touches the folder any more. */
  readonly exited: Promise<string>
}

// The built program is a .js file beside the built starter.
const program = fileURLToPath(new URL(`./engine-main${path.extname(import.meta.filename)}`, import.meta.url))
/** How much is kept of what a dying process says: V8 begins with the reason. */
const mostWords = 300

/** V8 itself is known to fail while it compiles WebAssembly (nodejs/node#64500); the next try is another throw. */
const crashes = new Set<string | null>(['SIGSEGV', 'SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGBUS'])
const mostStarts = 3

/**
 * Starts the database in a process of its own, on the data of `place`, or in memory. That process ends with this one,
 * be it killed.
 * @throws HP_DATABASE_FOLDER_UNUSABLE, HP_DATABASE_LOCKED
 */
export async function startEngineProcess(place: Place | null): Promise<EngineProcess> {
  const unusable = (problem: string, cause: unknown) =>
    postgresErrors.HP_DATABASE_FOLDER_UNUSABLE({ folder: place?.data ?? 'memory', problem }, { cause })
  for (let starts = 1; ; starts++) {
    const child = await spawnEngine().catch((cause: Error) => {
      throw unusable(cause.message, cause)
    })
    const started = converse(child)
    try {
      await place?.handTo(child.pid!)
      await started.ask('open', place ? [Buffer.from(place.data)] : [])
      return started
    } catch (error) {
      const cause = error as Error
      const problem = started.ended() ?? cause.message
      started.stop(cause)
      await started.exited
      if (starts < mostStarts && crashes.has(child.signalCode)) continue
      throw isLocked(cause) ? cause : unusable(problem, cause)
    }
  }
}

const isLocked = (error: Error) => error instanceof HotpathError && error.code === 'HP_DATABASE_LOCKED'

async function spawnEngine(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--no-warnings', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: ownEnvironment(),
  })
  if (child.pid === undefined) throw (await once(child, 'error'))[0]
  // The end is told by 'close'; a pipe that broke on the way says nothing more.
  for (const stream of child.stdio) stream?.on('error', () => {})
  return child
}

/** Without what is meant for this process: debuggers, test runners and cluster speak through NODE_…. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => name === 'NODE_COMPILE_CACHE' || !name.startsWith('NODE_')
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isOurs(name)))
}

function converse(child: ChildProcess): EngineProcess {
  const channel = child.stdio[descriptors.channel] as Duplex
  const { promise: exited, resolve: exit } = Promise.withResolvers<string>()
  let waiting: PromiseWithResolvers<EngineReply> | undefined
  let ended: string | undefined

  const takeWaiting = () => {
    const current = waiting
    waiting = undefined
    return current
  }
  const lost = (problem: string): string => {
    ended ??= problem.replace(/\.$/, '')
    takeWaiting()?.reject(postgresErrors.HP_CONNECTION_LOST({ problem: ended }))
    return ended
  }

  const words = wordsOf(child)
  const readFrames = frameReader(replyKinds)
  channel.on('data', (piece: Buffer) => {
    for (const reply of readFrames(piece)) {
      if (reply.kind === 'failed') lost(Buffer.from(reply.body).toString())
      else takeWaiting()?.resolve(reply)
    }
  })
  // Not 'exit': an answer may still be in the pipe.
  child.once('close', (code, signal) => {
    exit(lost(`its process ended with ${signal ?? `exit code ${code}`}${words()}`))
  })

  return {
    exited,
    ended: () => ended,
    async ask(request, parts) {
      if (ended !== undefined) throw postgresErrors.HP_CONNECTION_LOST({ problem: ended })
      waiting = Promise.withResolvers()
      const { promise } = waiting
      channel.write(frame(requestKinds, request, parts))
      return promise
    },
    stop(error) {
      ended ??= error.message
      takeWaiting()?.reject(error)
      child.kill('SIGKILL')
    },
    async close(boundMs) {
      const bound = setTimeout(() => child.kill('SIGKILL'), boundMs)
      channel.write(frame(requestKinds, 'close'))
      await exited
      clearTimeout(bound)
    },
  }
}

/** What it said on stderr so far, to be put behind a problem. */
function wordsOf(child: ChildProcess): () => string {
  let words = ''
  child.stderr!.on('data', (text: Buffer) => (words = (words + text.toString()).slice(0, mostWords)))
  return () => {
    const line = words.replaceAll(/\s+/g, ' ').trim()
    return line === '' ? '' : `: ${line}`
  }
}
