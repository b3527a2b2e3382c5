import type { BarResult, SuiteContext } from '../suite.ts'
import { path } from './answer.ts'
import { bareHead, browserHead, type RequestHead } from './heads.ts'
import { hitOf } from './hit-of.ts'
import { interleave, ratesOf, type Rounds } from './interleave.ts'
import { startNginx } from './nginx.ts'
import { type Peer, startPeer } from './pinned.ts'
import { startVarnish } from './varnish.ts'

/** A cached hit of 2.4 kB of JSON, metrics and a rate limit on, asked for by a plain client and by a browser. */
export async function hitBars(context: SuiteContext): Promise<BarResult[]> {
  return [
    ...(await hits(context, { id: 'bare-heads', words: 'a bare request head', head: bareHead })),
    ...(await hits(context, { id: 'browser-heads', words: "a browser's request head", head: browserHead })),
  ]
}

interface Asked {
  readonly id: string
  readonly words: string
  readonly head: RequestHead
}

async function hits({ quick, progress }: SuiteContext, { id, words, head }: Asked): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const hotpath = stack.use(await startPeer('hotpath'))
  const same = await hitOf(hotpath, head)
  const fastify = stack.use(await startPeer('fastify'))
  const run = (peer: Peer) => ({ peer, path, head })
  const runs = {
    hotpath: run(hotpath),
    'bare node:http, string body': run(stack.use(await startPeer('bare-string', same))),
    'bare node:http, Buffer body': run(stack.use(await startPeer('bare-buffer', same))),
    fastify: run(fastify),
    'express + compression + apicache': run(stack.use(await startPeer('apicache'))),
    'nginx proxy_cache': run(stack.use(await startNginx(fastify.port))),
    varnish: run(stack.use(await startVarnish(fastify.port))),
  }
  const rounds: Rounds = { rounds: quick ? 2 : 6, seconds: quick ? 1 : 3, progress }
  const { hotpath: ours, ...others } = await interleave(runs, rounds)
  const peers = ratesOf(others)
  const bar = { ours: ours.rate, peers, unit: 'requests/s' }
  const bareRatio = ours.rate / others['bare node:http, string body'].rate
  const cacheRatio = ours.rate / others['express + compression + apicache'].rate
  return [
    {
      ...bar,
      id: `hit-beside-bare-${id}`,
      what: `A cached hit, metrics and rate limit on, ${words}`,
      ratio: bareRatio,
      bar: '≥ 1 × bare node:http in its faster form (string body), answering the same bytes',
      holds: bareRatio >= 1,
    },
    {
      ...bar,
      id: `hit-beside-apicache-${id}`,
      what: `The same beside Express with a cache, ${words}`,
      ratio: cacheRatio,
      bar: '≥ 1.8 × Express + compression + apicache',
      holds: cacheRatio >= 1.8,
    },
  ]
}
