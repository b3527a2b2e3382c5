import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

/** What autocannon reports; times in whole milliseconds. */
export interface AutocannonResult {
  p50: number
  p90: number
  p99: number
  requestsPerSecond: number
}

export interface AutocannonOptions {
  connections: number
  seconds: number
  /** Requests per second; unset, as many as it can. */
  rate?: number
}

/** Runs autocannon in a process of its own. @throws Error when it fails */
export async function runAutocannon(
  url: string,
  { connections, seconds, rate }: AutocannonOptions,
): Promise<AutocannonResult> {
  const program = createRequire(import.meta.url).resolve('autocannon')
  const options = ['-j', '-n', '-c', connections, '-d', seconds, ...(rate === undefined ? [] : ['-R', rate])]
  const child = spawn(process.execPath, [program, ...options.map(String), url])
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`autocannon ended with ${code}.`)
  const { latency, requests } = JSON.parse(out) as {
    latency: { p50: number; p90: number; p99: number }
    requests: { average: number }
  }
  return { p50: latency.p50, p90: latency.p90, p99: latency.p99, requestsPerSecond: requests.average }
}
