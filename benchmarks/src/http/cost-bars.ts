import { fileURLToPath } from 'node:url'
import type { BarResult, SuiteContext } from '../suite.ts'
import { itemPath } from './answer.ts'
import { interleave, type Rounds } from './interleave.ts'
import { type Peer, startPeer } from './pinned.ts'
import { rawGet } from './raw-get.ts'

const items = fileURLToPath(new URL('./items.lua', import.meta.url))
const few = 100
const many = 100_000
/** Room for all of them. */
const bounds = { maxEntries: 2 * many, maxBytes: '1024MiB' }

/** What a miss costs, and what a hit costs among many: in CPU time of the server. */
export async function costBars(context: SuiteContext): Promise<BarResult[]> {
  const { quick, progress } = context
  const rounds: Rounds = { rounds: quick ? 2 : 6, seconds: quick ? 1 : 3, progress }
  return [await missBar(rounds), await manyBar(rounds)]
}

/** Every URL is asked for once: it is looked up, made, collected and stored. */
async function missBar(rounds: Rounds): Promise<BarResult> {
  await using stack = new AsyncDisposableStack()
  const run = (peer: Peer) => ({
    peer,
    path: itemPath,
    script: { file: items, given: [] },
    given: (round: number) => ['each', round * 10_000_000] as const,
  })
  const { hotpath, fastify } = await interleave(
    {
      hotpath: run(stack.use(await startPeer('hotpath'))),
      fastify: run(stack.use(await startPeer('fastify'))),
    },
    rounds,
  )
  const ratio = hotpath.cpuPerRequest / fastify.cpuPerRequest
  return {
    id: 'miss-cost',
    what: 'A miss that is stored, metrics and rate limit on',
    ours: hotpath.cpuPerRequest,
    peers: { fastify: fastify.cpuPerRequest },
    unit: 'µs of CPU',
    ratio,
    bar: '≤ 1.25 × the CPU of the framework alone',
    holds: ratio <= 1.25,
  }
}

/** Hits drawn at random from a hundred stored responses, and from a hundred thousand. */
async function manyBar(rounds: Rounds): Promise<BarResult> {
  await using stack = new AsyncDisposableStack()
  const [small, large] = [
    stack.use(await startPeer('hotpath', { bounds })),
    stack.use(await startPeer('hotpath', { bounds })),
  ] as const
  for (const [peer, count] of [
    [small, few],
    [large, many],
  ] as const) {
    rounds.progress(`storing ${count} responses`)
    await fill(peer, count)
  }
  const run = (peer: Peer, count: number) => ({
    peer,
    path: itemPath,
    script: { file: items, given: ['random', count] },
  })
  const measured = await interleave({ small: run(small, few), large: run(large, many) }, rounds)
  const ratio = measured.large.cpuPerRequest / measured.small.cpuPerRequest
  return {
    id: 'many-stored',
    what: `A hit among ${many} stored responses`,
    ours: measured.large.cpuPerRequest,
    peers: { [`the same among ${few}`]: measured.small.cpuPerRequest },
    unit: 'µs of CPU',
    ratio,
    bar: `≤ 1.5 × a hit among ${few}`,
    holds: ratio <= 1.5,
  }
}

/** Stores the responses 0 to `count`, and makes sure that the last is there. */
async function fill({ port }: Peer, count: number): Promise<void> {
  const batch = 200
  for (let from = 0; from < count; from += batch) {
    const ids = Array.from({ length: Math.min(batch, count - from) }, (_, index) => from + index)
    await Promise.all(ids.map(async (id) => (await fetch(`http://127.0.0.1:${port}${itemPath}${id}`)).text()))
  }
  for (const id of [0, count - 1]) {
    const { headers } = await rawGet({ port, path: `${itemPath}${id}` })
    if (!headers['cache-status']?.includes('hit')) throw new Error(`Response ${id} was not stored.`)
  }
}
