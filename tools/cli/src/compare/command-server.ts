import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliErrors } from '../errors.ts'
import { besideGenerator } from './server-cores.ts'

/** A server that a command of the user started. */
export interface CommandServer {
  origin: string
  pid: number
  stop(): Promise<void>
}

const startSeconds = 120
const everyMs = 50

export interface CommandOptions {
  /** Where it runs. @default the working directory */
  folder?: string
  /** Ends it while it starts. */
  signal?: AbortSignal
}

/**
 * Runs a command of the user's own with a free port in PORT, on all cores but the generator's, and waits until something
 * listens there.
 * @throws HP_COMMAND_FAILED with the last thing it said
 */
export async function startCommand(
  command: string,
  { folder = process.cwd(), signal }: CommandOptions = {},
): Promise<CommandServer> {
  const port = await freePort()
  // A process group of its own: what a shell starts ends with it.
  const [program, args] = besideGenerator(['/bin/sh', ['-c', command]])
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port) },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-300)))
  }
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal)
    } catch {
      // It has ended already.
    }
  }
  const killNow = () => kill('SIGKILL')
  process.on('exit', killNow)
  const failed = (problem: string) => {
    process.off('exit', killNow)
    killNow()
    return cliErrors.HP_COMMAND_FAILED({ command, problem: `${problem}. ${said.trim()}` })
  }
  for (const deadline = Date.now() + startSeconds * 1000; !(await listens(port));) {
    if (child.exitCode !== null) throw failed(`it ended with exit code ${child.exitCode}`)
    if (signal?.aborted) throw failed('it was stopped before it was ready')
    if (Date.now() > deadline) throw failed(`nothing listened on port ${port} within ${startSeconds} s`)
    await sleep(everyMs)
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    async stop() {
      process.off('exit', killNow)
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        kill('SIGTERM')
        const patience = setTimeout(killNow, 10_000)
        await ended
        clearTimeout(patience)
      }
      killNow()
    },
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
