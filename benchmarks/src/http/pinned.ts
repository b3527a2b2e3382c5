import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Servers have one core to themselves, the generator the other. */
const cores = { server: '0', generator: '1' } as const

/** A server under test. */
export interface Peer extends AsyncDisposable {
  port: number
}

const serverFile = fileURLToPath(new URL('./server.ts', import.meta.url))

/** Starts a server of server.ts on the servers' core. */
export async function startPeer(kind: string, headers: Record<string, string> = {}): Promise<Peer> {
  const child = spawn(
    'taskset',
    ['-c', cores.server, process.execPath, serverFile, kind, JSON.stringify(headers)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(line.toString()), [Symbol.asyncDispose]: () => end(child) }
}

/** Starts any program on the servers' core. */
export function startPinned(program: string, args: readonly string[]): AsyncDisposable {
  const child = spawn('taskset', ['-c', cores.server, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return { [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Requests per second that wrk gets answered, 32 connections, every answer 2xx. @throws Error otherwise */
export async function wrk(url: string, seconds: number): Promise<number> {
  const child = spawn('taskset', ['-c', cores.generator, 'wrk', '-t1', '-c32', `-d${seconds}s`, url])
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1])
  if (code !== 0 || !(rate > 0) || /Non-2xx|Socket errors/.test(out))
    throw new Error(`wrk at ${url} failed:\n${out}`)
  return rate
}
