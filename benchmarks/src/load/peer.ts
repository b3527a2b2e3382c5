import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Cell } from './matrix.ts'

/** What another generator reports of a run; times in milliseconds. */
export interface PeerReport {
  requests: number
  /** The percentiles that it reports. */
  times: Partial<Record<'p50' | 'p95' | 'p99', number>>
}

/** Another load generator on the same matrix. */
export interface Peer {
  name: string
  /** Whether it can drive such a load, and is asked to. */
  drives(cell: Cell): boolean
  run(url: string, cell: Cell): Promise<PeerReport>
}

/** Runs a program and gives what it printed. @throws Error when it fails */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const child = spawn(program, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let problem = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (problem = (problem + chunk.toString()).slice(-500)))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${problem}`)
  return out
}
