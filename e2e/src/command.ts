import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(import.meta.resolve('hotpath/package.json')).replace(
  'package.json',
  'bin/hotpath.js',
)

/** What a command printed and how it ended. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs `hotpath …args` to its end. */
export async function hotpath(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...environment } })
  const ran: Ran = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (ran.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { ...ran, code }
}

/** `hotpath start …` or `hotpath proxy …` until it is told to stop. */
export interface Started extends AsyncDisposable {
  url: string
  console: string
  pid: number
  /** The processes of `--workers`. */
  workers?: number[]
  /** Sends a signal and resolves to the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

type Announced = Pick<Started, 'url' | 'console' | 'pid' | 'workers'>

/** Starts an application, on a free port unless one is named, and waits until it says where it is. */
export const startApp = (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Started> => startCommand(['start', ...args], environment)

/** The same of `hotpath proxy`. */
export const startProxy = (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Started> => startCommand(['proxy', ...args], environment)

async function startCommand(args: readonly string[], environment: Record<string, string>): Promise<Started> {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const child = spawn(process.execPath, [bin, ...args, ...port, '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null) child.kill(signal)
    return (await exited)[0]
  }
  const announced = await new Promise<Announced>((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.trimEnd().endsWith('}')) resolve(JSON.parse(out) as Announced)
    })
    child.on('exit', (code) => reject(new Error(`hotpath ${args[0]} ended with ${code}:\n${stderr}`)))
  })
  return { ...announced, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

/** `hotpath load …` until it is told to stop. */
export interface Loading {
  /** Resolves when it has begun to send. */
  started: Promise<void>
  /** Ends it; what was measured until then. */
  stop(): Promise<{ requests: number; errors: number; errorsByKind: Record<string, number> }>
}

/** Begins to drive load. */
export function startLoad(args: readonly string[]): Loading {
  const child = spawn(process.execPath, [bin, 'load', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close')
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return {
    started: once(child.stderr, 'data').then(() => undefined),
    async stop() {
      child.kill('SIGINT')
      await exited
      if (stdout === '') throw new Error(`hotpath load said nothing:\n${stderr}`)
      return JSON.parse(stdout) as Awaited<ReturnType<Loading['stop']>>
    },
  }
}
