import { median } from '@hotpath/core'
import { path } from '../http/answer.ts'
import { startNginx } from '../http/nginx.ts'
import { startPeer, wrk, type Peer } from '../http/pinned.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** Headers that belong to the connection or to the moment: the bare server gets its own. */
const notCopied = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding', 'age'])

/** A cached hit of 2.4 kB JSON beside a bare server answering the same bytes, and beside the caches people use. */
export const http: Suite = {
  name: 'http',
  description: 'a cached hit beside bare node:http, Express with apicache, Fastify and nginx',
  versions: () => ({
    fastify: packageVersion('fastify'),
    express: packageVersion('express'),
    apicache: packageVersion('apicache'),
    compression: packageVersion('compression'),
    nginx: programVersion('nginx', '-v'),
    wrk: programVersion('wrk', '-v'),
  }),
  run,
}

async function run({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const hotpath = stack.use(await startPeer('hotpath'))
  const headers = await hitHeaders(hotpath)
  const fastify = stack.use(await startPeer('fastify'))
  const peers = {
    hotpath,
    'bare node:http': stack.use(await startPeer('bare-buffer', headers)),
    'bare node:http, string body': stack.use(await startPeer('bare-string', headers)),
    fastify,
    'express + compression + apicache': stack.use(await startPeer('apicache')),
    'nginx proxy_cache': stack.use(await startNginx(fastify.port)),
  }
  const rates = await interleave(peers, { rounds: quick ? 2 : 6, seconds: quick ? 1 : 3, progress })
  const { hotpath: ours, ...others } = rates
  const beside = (name: keyof typeof others) => ours! / others[name]!
  const bar = { ours: ours!, peers: others, unit: 'requests/s' }
  return [
    {
      ...bar,
      id: 'hit-beside-bare',
      what: 'A cached hit in front of Fastify, metrics on',
      ratio: beside('bare node:http'),
      bar: '≥ 0.8 × bare node:http answering the same bytes',
      holds: beside('bare node:http') >= 0.8,
    },
    {
      ...bar,
      id: 'hit-beside-fastify',
      what: 'The same, beside Fastify without a cache',
      ratio: beside('fastify'),
      bar: '> 1 × Fastify',
      holds: beside('fastify') > 1,
    },
    {
      ...bar,
      id: 'hit-beside-apicache',
      what: 'The same, beside Express with a cache',
      ratio: beside('express + compression + apicache'),
      bar: '> 1 × Express + compression + apicache',
      holds: beside('express + compression + apicache') > 1,
    },
  ]
}

/** The headers of a hit, so that the bare server sends the same bytes. */
async function hitHeaders({ port }: Peer): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:${port}${path}`
  await (await fetch(url)).arrayBuffer()
  const hit = await fetch(url)
  if (!hit.headers.get('cache-status')?.includes('hit')) throw new Error('The second request was not a hit.')
  return Object.fromEntries([...hit.headers].filter(([name]) => !notCopied.has(name)))
}

interface Rounds {
  rounds: number
  seconds: number
  progress: SuiteContext['progress']
}

/** Each peer in turn, again and again, so that a drift of the machine hits all alike; the median of each. */
async function interleave(
  peers: Record<string, Peer>,
  { rounds, seconds, progress }: Rounds,
): Promise<Record<string, number>> {
  const rates: Record<string, number[]> = {}
  for (let round = 0; round <= rounds; round++) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const [name, { port }] of Object.entries(peers)) {
      const rate = await wrk(`http://127.0.0.1:${port}${path}`, seconds)
      if (round > 0) (rates[name] ??= []).push(rate)
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([name, all]) => [name, median(all)]))
}
