import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { median } from '@hotpath/core'
import type { BarResult, SuiteContext } from '../suite.ts'
import { path } from './answer.ts'
import { hitOf } from './hit-of.ts'
import { type Peer, startPeer } from './pinned.ts'

const connections = 10_000
const atOnce = 250
/** Longer than a measurement takes. */
const keepAliveMs = 600_000

/** Memory that connections take which have been answered once and wait: with the fast path and without. */
export async function idleBar({ quick, progress }: SuiteContext): Promise<BarResult> {
  const grown = { fast: [] as number[], without: [] as number[], bare: [] as number[] }
  for (let round = 1; round <= (quick ? 1 : 3); round++) {
    for (const name of ['fast', 'without', 'bare'] as const) {
      progress(`${connections} idle connections, ${name}, round ${round}`)
      grown[name].push(await growth(name))
    }
  }
  const [ours, without, bare] = [median(grown.fast), median(grown.without), median(grown.bare)]
  return {
    id: 'idle-connections',
    what: `${connections} idle connections: what the process grows by, garbage collected`,
    ours,
    peers: { 'hotpath without the fast path': without, 'bare node:http': bare },
    unit: 'MiB',
    ratio: ours / bare,
    bar: "≤ 1.1 × bare node:http's",
    holds: ours / bare <= 1.1,
  }
}

async function growth(name: 'fast' | 'without' | 'bare'): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const model = stack.use(await startPeer('hotpath'))
  const same = name === 'bare' ? await hitOf(model, {}) : {}
  const kind = { fast: 'hotpath-fast', without: 'hotpath', bare: 'bare-string' }[name]
  const peer = stack.use(await startPeer(kind, { ...same, keepAliveMs }))
  // Whatever a first few connections bring along is there before it is measured.
  for (const socket of await open(peer, atOnce)) socket.destroy()
  const before = await residentMib(peer)
  const sockets: Socket[] = []
  for (let made = 0; made < connections; made += atOnce) sockets.push(...(await open(peer, atOnce)))
  const after = await residentMib(peer)
  const lost = sockets.filter(({ closed }) => closed).length
  for (const socket of sockets) socket.destroy()
  if (lost > 0) throw new Error(`${lost} of ${connections} idle connections were closed.`)
  return after - before
}

let opened = 0

/** Connections that were answered once, from four addresses in turn. */
function open({ port }: Peer, count: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const localAddress = `127.0.0.${2 + (opened++ % 4)}`
      const socket = connect({ host: '127.0.0.1', port, localAddress })
      await once(socket, 'connect')
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`)
      let got = ''
      while (!got.endsWith('}]}')) got += String((await once(socket, 'data'))[0])
      return socket
    }),
  )
}

/** What the process holds in memory once its garbage is collected and nothing changes any more. */
async function residentMib({ pid }: Peer): Promise<number> {
  const readings: number[] = []
  for (;;) {
    process.kill(pid, 'SIGUSR2')
    await new Promise((resolve) => setTimeout(resolve, 300))
    readings.unshift(readMib(pid))
    const last = readings.slice(0, 3)
    if (last.length === 3 && Math.max(...last) - Math.min(...last) < 1) return median(last)
    if (readings.length > 40) throw new Error('The memory of the server does not settle.')
  }
}

function readMib(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}
