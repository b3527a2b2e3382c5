import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How the server behaves; times in milliseconds. */
export interface Behaviour {
  delayMs: number
  /** A time in which no answer leaves, from `fromMs` after the first request on. */
  stall?: { fromMs: number; lengthMs: number }
}

/** A server that notes how long each answer took. */
export interface Truthful extends AsyncDisposable {
  url: string
  /** Milliseconds from arrival to answer since the last call, ascending; begins anew. */
  truth(): Promise<number[]>
}

const originFile = fileURLToPath(new URL('./origin.ts', import.meta.url))

export async function startTruthful({ delayMs, stall }: Behaviour): Promise<Truthful> {
  const stallArguments = stall ? [stall.fromMs, stall.lengthMs] : []
  const child = fork(originFile, [delayMs, ...stallArguments].map(String))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}/`,
    async truth() {
      const told = once(child, 'message') as Promise<[{ answered: number[] }]>
      child.send('truth')
      const [{ answered }] = await told
      return answered.sort((a, b) => a - b)
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}

/** The value at quantile `q` of ascending values, by nearest rank. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.max(1, Math.ceil(q * ascending.length)) - 1] ?? Number.NaN
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
