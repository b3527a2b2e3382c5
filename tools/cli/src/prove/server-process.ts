import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { paths, type Measurement } from '@hotpath/core'
import type { AppFolder } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import type { Started } from '../compare/server-cores.ts'
import { ask } from '../running-app.ts'

/** The application in a process of its own, so that its CPU time is its own. */
export interface ServerProcess {
  origin: string
  pid: number
  /** Its running totals. */
  measure(): Promise<Measurement>
  stop(): Promise<void>
}

export interface ServerOptions {
  layer: 'on' | 'off'
  /** How many processes. @default one */
  workers?: number
  /** Most connections to its Postgres. @default the application's own */
  poolSize?: number
  /** Null means embedded. */
  databaseUrl: string | null
  /** Where embedded data lives. */
  folder: string
  /** Chooses the cores it runs on. @default all */
  place?: (started: Started) => Started
}

const bin = fileURLToPath(new URL('../../bin/hotpath.js', import.meta.url))
const startSeconds = 120
const anywhere = (started: Started) => started

/**
 * Starts an application without visitors on a free port and waits until it is ready.
 * @throws HP_CHILD_FAILED with the last thing it said
 */
export async function startServer(app: AppFolder, options: ServerOptions): Promise<ServerProcess> {
  const start = [bin, 'start', app.folder, '--port', '0', '--no-visitors', '--json', ...workersOf(options)]
  const [program, args] = (options.place ?? anywhere)([process.execPath, start])
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOTPATH: options.layer,
      HOTPATH_FOLDER: options.folder,
      DATABASE_URL: options.databaseUrl ?? '',
      ...(options.poolSize !== undefined && { DATABASE_POOL_SIZE: String(options.poolSize) }),
    },
  })
  const killed = () => child.kill('SIGKILL')
  process.on('exit', killed)
  const { url } = await announcement(child, app)
  return {
    origin: url,
    pid: child.pid!,
    measure: () => ask<Measurement>({ origin: url }, paths.measurement),
    async stop() {
      process.off('exit', killed)
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

const workersOf = ({ workers }: ServerOptions) =>
  workers === undefined ? [] : ['--workers', String(workers)]

/** The JSON document that `hotpath start --json` prints once it is ready. */
function announcement(child: ChildProcess, app: AppFolder): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    let out = ''
    let said = ''
    const fail = (problem: string) => {
      clearTimeout(deadline)
      child.kill('SIGKILL')
      reject(cliErrors.HP_CHILD_FAILED({ app: app.name, problem, seconds: startSeconds }))
    }
    const deadline = setTimeout(
      () => fail(`it was not ready in time. ${said.slice(-300)}`),
      startSeconds * 1000,
    )
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (!out.trimEnd().endsWith('}')) return
      clearTimeout(deadline)
      child.off('exit', ended)
      resolve(JSON.parse(out) as { url: string })
    })
    const ended = (code: number | null) => fail(`it ended with exit code ${code}. ${said.slice(-300).trim()}`)
    child.on('exit', ended)
  })
}
