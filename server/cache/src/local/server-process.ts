import { type ChildProcess, spawn } from 'node:child_process'
import { whenWeEnd } from './guard.ts'

/** A redis-server that accepts connections. */
export interface ServerProcess {
  pid: number
  /** Ends it at once; resolves when it is gone. */
  kill(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/**
 * Resolves with the process once it is ready, or with what it said when it ended before or was not ready within so
 * many milliseconds. It does not keep this process from ending, and ends with it.
 */
export async function startServer(
  program: string,
  words: readonly string[],
  patience: number,
): Promise<ServerProcess | { output: string }> {
  // In a process group of its own: Ctrl+C ends this process, which then decides when Redis ends.
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const guard = child.pid === undefined ? undefined : whenWeEnd({ kill: child.pid })
  async function kill(): Promise<void> {
    child.ref()
    child.kill('SIGKILL')
    await exited
    guard?.kill()
  }
  const output = await readUntilReady(child, patience)
  if (output !== undefined) {
    await kill()
    return { output }
  }
  child.unref()
  return { pid: child.pid!, kill, signal: (name) => void child.kill(name) }
}

/** Undefined when ready, else what it said last. */
function readUntilReady(child: ChildProcess, patience: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let output = ''
    const settle = (result: string | undefined) => {
      clearTimeout(tooLate)
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.removeAllListeners('data')
        // Read on, so that it never waits for us.
        stream.resume()
        ;(stream as unknown as { unref(): void }).unref()
      }
      resolve(result)
    }
    const tooLate = setTimeout(
      () => settle(`${lastLines(output)} (not ready after ${patience} ms)`),
      patience,
    )
    const keep = (text: Buffer) => {
      output = (output + text.toString()).slice(-4000)
      if (output.includes('Ready to accept connections')) settle(undefined)
    }
    child.stdout!.on('data', keep)
    child.stderr!.on('data', keep)
    child.once('error', (error) => settle(error.message))
    child.once('close', () => settle(lastLines(output)))
  })
}

const lastLines = (output: string) => output.trim().split('\n').slice(-5).join(' ')
