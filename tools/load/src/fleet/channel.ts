import { fork } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FromMember, ToMember } from './messages.ts'

/** The way to one generator. */
export interface Channel {
  /** `worker 2`, `process 1`, `10.0.0.7:7001`: how it is named in results. */
  name: string
  send(message: ToMember): void
  /** What its clock shows more than ours, and how sure that is; null on the same host. */
  clock: ClockOffset | null
  /** Ends it, whatever it does. */
  close(): Promise<void>
}

/** In milliseconds. */
export interface ClockOffset {
  offsetMs: number
  /** The true offset lies within this of `offsetMs`. */
  uncertaintyMs: number
}

export interface ChannelEvents {
  onMessage(message: FromMember): void
  /** It ended; nothing more will come. */
  onEnd(problem: string): void
}

/** Opens the way to one generator. */
export type OpenChannel = (events: ChannelEvents) => Promise<Channel>

// The built member is a .js file beside the built channel.
const memberFile = new URL(`./member${path.extname(import.meta.filename)}`, import.meta.url)

/** A small young generation: its collections take a millisecond, those of a usual one up to thirty. */
const generatorOptions = [...process.execArgv, '--max-semi-space-size=1']

/** A generator in a thread of this process. */
export function threadChannel(number: number): OpenChannel {
  return async ({ onMessage, onEnd }) => {
    const worker = new Worker(memberFile, { name: `hotpath-load-${number}` })
    worker.on('message', onMessage)
    worker.once('error', (error) => onEnd(error instanceof Error ? error.message : String(error)))
    worker.once('exit', (code) => onEnd(`it ended with exit code ${code}`))
    return {
      name: `worker ${number}`,
      clock: null,
      send: (message) => worker.postMessage(message, []),
      close: async () => void (await worker.terminate()),
    }
  }
}

/** A generator in a process of its own on this host. */
export function processChannel(number: number): OpenChannel {
  return async ({ onMessage, onEnd }) => {
    // What a setup gave arrives as it was, dates and maps included, as it does in a thread.
    const child = fork(fileURLToPath(memberFile), { serialization: 'advanced', execArgv: generatorOptions })
    const ended = Promise.withResolvers<void>()
    child.on('message', (message) => onMessage(message as FromMember))
    child.once('error', (error) => onEnd(error.message))
    child.once('exit', (code, signal) => {
      onEnd(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`)
      ended.resolve()
    })
    return {
      name: `process ${number} (pid ${child.pid})`,
      clock: null,
      send(message) {
        if (child.connected) child.send(message)
      },
      async close() {
        child.kill('SIGKILL')
        if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
          await ended.promise
      },
    }
  }
}
