import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '@hotpath/cache/local'
import { postgresErrors } from '../errors.ts'
import { findPostgres, type PostgresPrograms } from './find.ts'
import { reachableTemporaryFolder, serverUser, type SystemUser } from './unprivileged.ts'

export interface StartPostgresOptions {
  /** Lines of postgresql.conf, by name: `{ shared_buffers: '256MB' }`. */
  settings?: Record<string, string | number | boolean>
  /**
   * Whether commits wait for the disk, as in production. Tests may say false: faster, and as wrong as the machine
   * is unlucky. @default true
   */
  durable?: boolean
  /** Which server programs to use. @default the newest found */
  programs?: PostgresPrograms
}

/** A server of one's own: a random port of 127.0.0.1, a temporary folder, no password. */
export interface LocalPostgres {
  /** User and database `postgres`. */
  url: string
  port: number
  /** The postmaster, whose children do the work. */
  pid: number
  version: string
  /** Ends it as a crash does; its data and port are kept. */
  halt(): Promise<void>
  /** Starts it again after `halt`, on the same port. @throws HP_POSTGRES_START_FAILED */
  resume(): Promise<void>
  /** Stops the server and removes its folder. May be repeated. */
  stop(): Promise<void>
}

const attempts = 3

/**
 * Starts a server on the data that `fill` puts into a new temporary folder.
 * @throws HP_POSTGRES_MISSING, HP_POSTGRES_START_FAILED
 */
export async function startCluster(
  options: StartPostgresOptions,
  fill: (place: Place) => Promise<void>,
): Promise<LocalPostgres> {
  const programs = options.programs ?? findPostgres()
  if (!programs) throw postgresErrors.HP_POSTGRES_MISSING()
  const user = serverUser()
  const folder = await mkdtemp(path.join(reachableTemporaryFolder(user), 'hotpath-postgres-'))
  if (user) await chown(folder, user.uid, user.gid)
  const place: Place = { bin: programs.bin, folder, user }
  const watch = stopWhenWeEnd(place)
  async function dismantle(): Promise<void> {
    const stop = (mode: string) => run(place, 'pg_ctl', ['stop', '-w', '-m', mode, '-D', dataOf(place)])
    const { code } = await stop('fast')
    if (code !== 0) await stop('immediate')
    watch.kill()
    await rm(folder, { recursive: true, force: true })
  }
  let port: number
  try {
    await fill(place)
    port = await startOnFreePort(place, options)
  } catch (error) {
    await dismantle()
    throw error
  }
  let stopped: Promise<void> | undefined
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    pid: Number.parseInt(await readFile(path.join(dataOf(place), 'postmaster.pid'), 'utf8'), 10),
    version: programs.version,
    async halt() {
      await run(place, 'pg_ctl', ['stop', '-w', '-m', 'immediate', '-D', dataOf(place)])
    },
    async resume() {
      const answer = await startAgain(place)
      if (answer.code !== 0) throw startFailed('pg_ctl start', answer.output)
    },
    stop: () => (stopped ??= dismantle()),
  }
}

/** Where a server lives and as whom. */
export interface Place {
  bin: string
  folder: string
  user: SystemUser | undefined
}

export const dataOf = ({ folder }: Place): string => path.join(folder, 'data')
const logOf = ({ folder }: Place): string => path.join(folder, 'log')

async function startOnFreePort(place: Place, options: StartPostgresOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await configure(place, options, port)
    const answer = await startAgain(place)
    if (answer.code === 0) return port
    const log = await readFile(logOf(place), 'utf8').catch(() => answer.output)
    // Between asking for a free port and using it, somebody else may have taken it.
    if (attempt === attempts || !/could not create any TCP\/IP sockets|Address already in use/.test(log))
      throw startFailed('pg_ctl start', log)
  }
}

const startAgain = (place: Place) =>
  run(place, 'pg_ctl', ['start', '-w', '-t', '60', '-D', dataOf(place), '-l', logOf(place)])

async function configure(place: Place, options: StartPostgresOptions, port: number): Promise<void> {
  const { settings = {}, durable = true } = options
  const lines = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    // As the embedded database has it.
    timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  }).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
  await appendFile(path.join(dataOf(place), 'postgresql.conf'), lines.join(''))
}

export function startFailed(step: string, output: string): Error {
  const lines = output.trim().split('\n')
  const advice = /root/.test(output)
    ? 'Create an unprivileged user (adduser postgres), or run as one.'
    : 'Correct what it names; disk space, shared memory and settings are the usual reasons.'
  return postgresErrors.HP_POSTGRES_START_FAILED({ step, output: lines.slice(-5).join(' '), advice })
}

/** Runs one of the server's programs to its end. */
export function run(
  { bin, folder, user }: Place,
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // The folder is where the server's user may be; messages are read here, so they are in English.
    const child = spawn(path.join(bin, program), args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    })
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text))
    child.stderr.on('data', (text: Buffer) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}

/**
 * A shell that waits for the end of its input, which comes when this process ends, be it killed: then it stops the
 * server and removes the folder.
 */
function stopWhenWeEnd({ bin, folder, user }: Place): ChildProcess {
  const script = 'read -r _; "$1/pg_ctl" stop -w -m immediate -D "$2/data"; cd /; rm -rf "$2"'
  const child = spawn('/bin/sh', ['-c', script, 'sh', bin, folder], {
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...user,
  })
  // Whatever keeps the shell from starting keeps initdb from it too, and that is reported.
  child.on('error', () => {})
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
  return child
}
