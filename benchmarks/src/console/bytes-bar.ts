import type { BarResult } from '../suite.ts'
import type { Bench } from './start-bench.ts'

const mostBytes = 90_000

/** What the browser is sent before the console runs: the page, its scripts and styles, as they are sent. */
export async function bytesBar({ console: address }: Bench): Promise<BarResult> {
  const page = await sent(address)
  const names = [...page.text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, name]) => name!)
  const files = await Promise.all(names.map((name) => sent(new URL(name, address).href)))
  const bytes = files.reduce((sum, file) => sum + file.bytes, page.bytes)
  return {
    id: 'console-initial-bytes',
    what: `The console's page with its ${files.length} scripts and styles, Brotli, as it is sent`,
    ours: bytes / 1000,
    peers: {},
    unit: 'kB',
    ratio: bytes / mostBytes,
    bar: '≤ 90 kB',
    holds: bytes <= mostBytes,
  }
}

/** An answer's text, and its bytes on the way: as many as its length says, which node:http sends compressed. */
async function sent(url: string): Promise<{ text: string; bytes: number }> {
  const response = await fetch(url, { headers: { 'accept-encoding': 'br' } })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const text = await response.text()
  return { text, bytes: Number(response.headers.get('content-length') ?? Buffer.byteLength(text)) }
}
