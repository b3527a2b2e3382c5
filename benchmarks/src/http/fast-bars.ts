import type { BarResult, SuiteContext } from '../suite.ts'
import { path } from './answer.ts'
import { bareHead, browserHead, nineLines, type RequestHead } from './heads.ts'
import { hitOf } from './hit-of.ts'
import { interleave, ratesOf, type Rounds } from './interleave.ts'
import { startNginx } from './nginx.ts'
import { type Peer, startPeer } from './pinned.ts'
import { startVarnish } from './varnish.ts'

/** Hits of 2.4 kB of JSON answered from the socket, metrics and a rate limit on. */
export async function fastBars(context: SuiteContext): Promise<BarResult[]> {
  return [
    ...(await hits(context, { id: 'bare-heads', words: 'a bare request head', head: bareHead })),
    ...(await hits(context, { id: 'nine-lines', words: 'nine lines of a browser', head: nineLines })),
    ...(await coded(context)),
  ]
}

interface Asked {
  readonly id: string
  readonly words: string
  readonly head: RequestHead
}

const names = {
  without: 'hotpath without the fast path',
  string: 'bare node:http, string body',
  buffer: 'bare node:http, Buffer body',
  nginx: 'nginx proxy_cache',
  varnish: 'varnish',
} as const

const roundsOf = ({ quick, progress }: SuiteContext): Rounds => ({
  rounds: quick ? 2 : 6,
  seconds: quick ? 1 : 3,
  progress,
})

/** Beside all peers, which send the same body. */
async function hits(context: SuiteContext, { id, words, head }: Asked): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const hotpath = stack.use(await startPeer('hotpath-fast'))
  const same = await hitOf(hotpath, head)
  const without = stack.use(await startPeer('hotpath'))
  await hitOf(without, head)
  const fastify = stack.use(await startPeer('fastify'))
  const run = (peer: Peer) => ({ peer, path, head })
  const { hotpath: ours, ...others } = await interleave(
    {
      hotpath: run(hotpath),
      [names.without]: run(without),
      [names.string]: run(stack.use(await startPeer('bare-string', same))),
      [names.buffer]: run(stack.use(await startPeer('bare-buffer', same))),
      [names.nginx]: run(stack.use(await startNginx(fastify.port))),
      [names.varnish]: run(stack.use(await startVarnish(fastify.port))),
    },
    roundsOf(context),
  )
  const fasterBare = Math.max(others[names.string].rate, others[names.buffer].rate)
  const bars = [
    { beside: 'nginx', rate: others[names.nginx].rate, least: 1.2, words: 'nginx proxy_cache' },
    { beside: 'varnish', rate: others[names.varnish].rate, least: 2.2, words: 'Varnish' },
    {
      beside: 'bare',
      rate: fasterBare,
      least: 1.8,
      words: 'bare node:http in its faster form, sending the same bytes',
    },
  ]
  return bars.map(({ beside, rate, least, words: peer }) => ({
    id: `fast-hit-beside-${beside}-${id}`,
    what: `A hit answered from its socket, metrics and rate limit on, ${words}`,
    ours: ours.rate,
    peers: ratesOf(others),
    unit: 'requests/s',
    ratio: ours.rate / rate,
    bar: `≥ ${least} × ${peer}`,
    holds: ours.rate / rate >= least,
  }))
}

/** A browser's whole head, so that the answer comes compressed: beside Node sending the same bytes. */
async function coded(context: SuiteContext): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const hotpath = stack.use(await startPeer('hotpath-fast'))
  const same = await hitOf(hotpath, browserHead)
  const without = stack.use(await startPeer('hotpath'))
  await hitOf(without, browserHead)
  const run = (peer: Peer) => ({ peer, path, head: browserHead })
  const { hotpath: ours, ...others } = await interleave(
    {
      hotpath: run(hotpath),
      [names.without]: run(without),
      // Compressed bytes are no text: a string would be sent as something else.
      [names.buffer]: run(stack.use(await startPeer('bare-buffer', same))),
    },
    roundsOf(context),
  )
  const ratio = ours.rate / others[names.buffer].rate
  return [
    {
      id: 'fast-hit-beside-bare-browser-heads',
      what: "The same, a browser's whole request head, compressed",
      ours: ours.rate,
      peers: ratesOf(others),
      unit: 'requests/s',
      ratio,
      bar: '≥ 1.8 × bare node:http, sending the same bytes',
      holds: ratio >= 1.8,
    },
  ]
}
