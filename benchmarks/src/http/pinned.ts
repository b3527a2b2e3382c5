import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import type { RequestHead } from './heads.ts'

/** Servers have one core to themselves, the generator the other. */
const cores = { server: '0', generator: '1' } as const

/** A server under test. */
export interface Peer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

const serverFile = fileURLToPath(new URL('./server.ts', import.meta.url))

/** Starts a server of server.ts on the servers' core; `given` is read by it as JSON. */
export function startPeer(kind: string, given: object = {}): Promise<Peer> {
  return startScript(serverFile, kind, given)
}

/** Starts a script that prints its port on the servers' core; `given` is read by it as JSON. */
export async function startScript(file: string, kind: string, given: object = {}): Promise<Peer> {
  const child = spawn('taskset', ['-c', cores.server, process.execPath, file, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  child.stdin.end(JSON.stringify(given))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(line.toString()), pid: child.pid!, [Symbol.asyncDispose]: () => end(child) }
}

/** Starts any program on the servers' core. */
export function startPinned(program: string, args: readonly string[]): AsyncDisposable & { pid: number } {
  const child = spawn('taskset', ['-c', cores.server, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return { pid: child.pid!, [Symbol.asyncDispose]: () => end(child) }
}

/** Moves a server that runs to the servers' core, so that no generator drives it to and fro. */
export function toServersCore(pid: number): void {
  if (os.cpus().length < 2) return
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', cores.server, String(pid)], { stdio: 'ignore' })
  if (status !== 0) throw new Error(`taskset could not bind process ${pid} to a core.`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

export interface WrkOptions {
  readonly seconds: number
  readonly head?: RequestHead
  /** A Lua script, and what it is given. */
  readonly script?: { readonly file: string; readonly given: readonly (number | string)[] }
}

/** What a run came to. */
export interface WrkResult {
  /** Requests per second. */
  readonly rate: number
  readonly requests: number
}

/** Requests that wrk gets answered, over 32 connections, every answer 2xx. @throws Error otherwise */
export async function wrk(url: string, { seconds, head = {}, script }: WrkOptions): Promise<WrkResult> {
  const lines = Object.entries(head).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const from = script ? ['-s', script.file] : []
  const given = script ? ['--', ...script.given.map(String)] : []
  const args = [
    '-c',
    cores.generator,
    'wrk',
    '-t1',
    '-c32',
    `-d${seconds}s`,
    ...lines,
    ...from,
    url,
    ...given,
  ]
  const child = spawn('taskset', args)
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1])
  const requests = Number(/(\d+) requests in/.exec(out)?.[1])
  if (code !== 0 || !(rate > 0) || /Non-2xx|Socket errors/.test(out))
    throw new Error(`wrk at ${url} failed:\n${out}`)
  return { rate, requests }
}

/** Clock ticks of Linux, in microseconds: USER_HZ is 100 on every platform that Node runs on. */
const tickMicros = 10_000

/** The CPU time that a process has used, in microseconds, over all its threads. */
export function cpuMicros(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  // User and system time are the 14th and 15th field; the process name in brackets is the second.
  const [user = '', system = ''] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) * tickMicros
}
