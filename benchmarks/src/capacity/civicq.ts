import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LocalPostgres } from '@hotpath/postgres/local'

/** One way to run CivicQ. */
export interface Configuration {
  cache: 'on' | 'off'
  poolSize: number
  /** Of the seeded data. */
  scale: number
  /** @default 1 */
  processes?: number
}

export const nameOf = ({ cache, poolSize, scale, processes = 1 }: Configuration): string =>
  `cache ${cache}, pool of ${poolSize}, data × ${scale}${processes > 1 ? `, ${processes} processes` : ''}`

/** CivicQ in a process of its own, with its database on one and the same core. */
export interface CivicQ extends AsyncDisposable {
  origin: string
  processes: number
  /** Stops its processes where they are: they use nothing while something else is measured. */
  halt(): void
  /** Lets them go on. @throws as `untilCalm` does */
  resume(): Promise<void>
}

const bin = fileURLToPath(new URL('../../../tools/cli/bin/hotpath.js', import.meta.url))
const startMs = 120_000

/** The core of the application and its database. What drives the load goes where there is room: on the other one. */
export const applicationCore = 0

/** Keeps the database's processes, and those that they start, on the application's core. */
export function pin({ pid }: Pick<LocalPostgres, 'pid'>): void {
  execFileSync('taskset', ['-acp', String(applicationCore), String(pid)], { stdio: 'ignore' })
}

/** Slower answers waited for something. */
const calmMs = 50

/**
 * Waits until it answers what it is asked, at once, each time over a connection of its own, so that each of its processes
 * is asked: its code is being compiled at first, and after an overload there is work left for nobody.
 * @throws Error when it does not within half a minute
 */
export async function untilCalm(origin: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (let inARow = 0; inARow < 20;) {
    const asked = performance.now()
    const { status } = await fetch(`${origin}/api/cities`, { headers: { connection: 'close' } })
    const tookMs = performance.now() - asked
    const isCalm = status === 200 && tookMs < calmMs
    inARow = isCalm ? inARow + 1 : 0
    if (performance.now() > deadline) {
      throw new Error(`CivicQ still answers ${status} after ${tookMs.toFixed(0)} ms.`)
    }
    if (!isCalm) await sleep(100)
  }
}

/** @throws Error with what it said when it does not start */
export async function startCivicQ(
  { cache, poolSize, scale, processes = 1 }: Configuration,
  databaseUrl: string,
): Promise<CivicQ> {
  const data = ['--scale', String(scale), '--workers', String(processes)]
  const start = [bin, 'start', 'civicq', '--port', '0', '--no-visitors', '--json', ...data]
  const child = spawn('taskset', ['-c', String(applicationCore), process.execPath, ...start], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOTPATH: cache,
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: String(poolSize),
    },
  })
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    for (const pid of [...childrenOf(child.pid!), child.pid!]) process.kill(pid, name)
  }
  const kill = () => signal('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const announced = new Promise<string>((resolve, reject) => {
    let out = ''
    const deadline = setTimeout(() => reject(new Error(`CivicQ was not ready in time. ${said}`)), startMs)
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (!out.trimEnd().endsWith('}')) return
      clearTimeout(deadline)
      resolve((JSON.parse(out) as { url: string }).url)
    })
    child.once('exit', (code) => reject(new Error(`CivicQ ended with ${code}. ${said}`)))
  })
  const origin = await announced
  await untilCalm(origin)
  return {
    origin,
    processes,
    halt: () => signal('SIGSTOP'),
    async resume() {
      signal('SIGCONT')
      await untilCalm(origin)
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      signal('SIGCONT')
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Those that the main thread of a process has started. */
function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return listed.split(' ').filter(Boolean).map(Number)
}
