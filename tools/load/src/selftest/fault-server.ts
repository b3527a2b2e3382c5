import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Behaviour } from './behaviour.ts'
import type { FaultReport } from './fault-report.ts'

/** A server that answers as told, and knows how long each answer really took. */
export interface FaultServer extends AsyncDisposable {
  url: string
  /** The process that it runs in. */
  pid: number
  /** What it noted since the last call; begins anew, with the same seed. */
  report(): Promise<FaultReport>
}

// The built process is a .js file beside the built server.
const file = fileURLToPath(new URL(`./fault-process${path.extname(import.meta.filename)}`, import.meta.url))

/** Starts one in a process of its own, so that neither side disturbs the other's event loop. */
export async function startFaultServer(behaviour: Behaviour): Promise<FaultServer> {
  const child = fork(file, [JSON.stringify(behaviour)])
  const { port } = await nextMessage<{ port: number }>(child)
  return {
    url: `http://127.0.0.1:${port}/`,
    pid: child.pid!,
    report() {
      const told = nextMessage<FaultReport>(child)
      child.send('report')
      return told
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The value at quantile `q` of ascending values, by nearest rank; NaN when there are none. */
export function quantileOf(ascending: readonly number[], q: number): number {
  return ascending[Math.max(1, Math.ceil(q * ascending.length)) - 1] ?? Number.NaN
}

/** @throws Error when it ends instead */
async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const stop = new AbortController()
  const ended = once(child, 'exit', stop).then(([code]) => {
    throw new Error(`The fault server ended with ${code}.`)
  })
  try {
    return await Promise.race([once(child, 'message', stop).then(([message]) => message as T), ended])
  } finally {
    ended.catch(() => {})
    stop.abort()
  }
}
