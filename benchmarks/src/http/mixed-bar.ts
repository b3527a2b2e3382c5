import { fileURLToPath } from 'node:url'
import type { BarResult, SuiteContext } from '../suite.ts'
import { path } from './answer.ts'
import { interleave, ratesOf } from './interleave.ts'
import { startNginx } from './nginx.ts'
import { type Peer, startPeer } from './pinned.ts'
import { startVarnish } from './varnish.ts'

const mixed = fileURLToPath(new URL('./mixed.lua', import.meta.url))
const least = 1.2

/** Nine hits, then a miss that is stored, on each connection: what comes through the pool of a load balancer. */
export async function mixedBar({ quick, progress }: SuiteContext): Promise<BarResult> {
  await using stack = new AsyncDisposableStack()
  const fastify = stack.use(await startPeer('fastify'))
  const run = (peer: Peer) => ({
    peer,
    path,
    script: { file: mixed, given: [] },
    given: (round: number) => [round * 10_000_000] as const,
  })
  const { hotpath: ours, ...others } = await interleave(
    {
      hotpath: run(stack.use(await startPeer('hotpath-fast'))),
      'hotpath without the fast path': run(stack.use(await startPeer('hotpath'))),
      'nginx proxy_cache': run(stack.use(await startNginx(fastify.port))),
      varnish: run(stack.use(await startVarnish(fastify.port))),
    },
    { rounds: quick ? 2 : 6, seconds: quick ? 1 : 3, progress },
  )
  const ratio = ours.rate / others['nginx proxy_cache'].rate
  return {
    id: 'mixed-traffic',
    what: 'Nine hits and one miss in turn on each connection, origin on the same core',
    ours: ours.rate,
    peers: ratesOf(others),
    unit: 'requests/s',
    ratio,
    bar: `≥ ${least} × nginx proxy_cache`,
    holds: ratio >= least,
  }
}
