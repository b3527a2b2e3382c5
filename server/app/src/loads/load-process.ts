import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { LoadStart } from '@hotpath/core'
import { lastWords } from './hotpath-command.ts'
import { failedDocument } from './run-document.ts'
import type { RunStore } from './run-store.ts'
import type { UnderWay } from './under-way.ts'

/** A generator at work. */
export interface LoadProcess {
  /** Asks it to end with what it has. */
  stop(): void
  /** Resolves when it has ended and its result is kept; never rejects. */
  readonly ended: Promise<void>
}

export interface LoadProcessOptions {
  load: LoadStart & { id: string; startedAt: number }
  app: string
  /** Of the application, as the generator reaches it. */
  origin: string
  token: string | null
  command: { file: string; cwd: string }
  store: RunStore
  underWay: UnderWay
}

/** How often another process' wish to stop is looked for. */
const lookMs = 250
/** An end that takes longer than this is made. */
const patienceMs = 15_000

/** Starts the generator: its progress goes to a file that every process of the application reads. */
export function startLoad(options: LoadProcessOptions): LoadProcess {
  const { load, token, command, store, underWay } = options
  const log = underWay.openLog()
  const child = spawn(process.execPath, [command.file, ...argumentsOf(options)], {
    cwd: command.cwd,
    stdio: ['ignore', 'ignore', log],
    env: { ...process.env, ...(token !== null && { HOTPATH_TOKEN: token }) },
  })
  closeSync(log)
  let killer: NodeJS.Timeout | undefined
  const stop = (): void => {
    if (killer) return
    child.kill('SIGINT')
    killer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  }
  const looking = setInterval(() => {
    if (underWay.isAskedToStop()) stop()
  }, lookMs)

  async function end(): Promise<void> {
    const problem = await exitOf(child)
    clearInterval(looking)
    clearTimeout(killer)
    try {
      if ((await store.document(load.id)) === undefined) {
        const reason = lastWords(underWay.log()) || problem
        await store.write(load.id, failedDocument(load, reason))
      }
      await store.prune()
    } finally {
      underWay.release()
    }
  }

  // A folder that cannot be written to any more leaves nothing that could be kept.
  return { stop, ended: end().catch(() => {}) }
}

function argumentsOf({ load, app, origin, store }: LoadProcessOptions): string[] {
  const { id, scenario, rate, durationMs, budgets } = load
  return [
    'load',
    `${app}/${scenario}`,
    `--origin=${origin}`,
    `--rate=${rate}`,
    `--duration=${durationMs}ms`,
    ...budgets.map((budget) => `--budget=${budget}`),
    ...(origin.startsWith('https:') ? ['--insecure'] : []),
    '--observe',
    '--progress=json',
    `--out=${store.fileOf(id)}`,
  ]
}

/** What is to be said of an end without a result. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`The generator could not be started: ${error.message}.`))
    child.once('exit', (code, signal) =>
      resolve(`The generator ended with ${signal ?? `code ${code}`} and left no result.`),
    )
  })
}
