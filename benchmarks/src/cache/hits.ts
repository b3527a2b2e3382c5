import type { BarResult, SuiteContext } from '../suite.ts'
import { fullCaches } from './contestants/index.ts'
import { startCrew } from './crew.ts'
import { interleave, medians } from './interleave.ts'
import type { HitsMethods, HitsOptions } from './workers/hits.ts'

const module = new URL('./workers/hits.ts', import.meta.url)
const inMemory = (name: HitsOptions['name']): HitsOptions => ({ name, redisUrl: null, tagged: false })
const baseline = 'async Map.get'

/** What a hit in memory costs: ours alone and in a fleet, each peer in its quicker set-up and with two tiers. */
export async function hitBars(redisUrl: string, { quick, progress }: SuiteContext): Promise<BarResult[]> {
  progress('Hits in memory, 1,000 entries, each cache in a process of its own')
  const members: Record<string, HitsOptions> = {
    ours: inMemory('hotpath'),
    'ours, tagged, in a fleet': { name: 'hotpath', redisUrl, tagged: true },
    [baseline]: inMemory('map'),
    ...Object.fromEntries(fullCaches.map((name) => [name, inMemory(name)])),
    'bentocache, two tiers': { name: 'bentocache', redisUrl, tagged: false },
    'cacheable, two tiers': { name: 'cacheable', redisUrl, tagged: false },
    'cache-manager, two tiers': { name: 'cache-manager', redisUrl, tagged: false },
  }
  await using crew = await startCrew<HitsMethods>({ module, members })
  const rounds = { rounds: quick ? 5 : 21, warmups: 2 }
  const milliseconds = quick ? 30 : 100
  const hits = medians(
    await interleave(
      crew.each((worker) => worker.call('hit', milliseconds)),
      rounds,
    ),
    (nanoseconds) => nanoseconds,
  )
  const synchronous = ['ours', 'ours, tagged, in a fleet', baseline]
  const peeks = medians(
    await interleave(
      crew.each((worker) => worker.call('peek', milliseconds), synchronous),
      rounds,
    ),
    (nanoseconds) => nanoseconds,
  )
  return [
    ...hitsOf('ours', 'untagged, in one process', hits),
    ...hitsOf('ours, tagged, in a fleet', 'tagged, in a fleet on Redis', hits),
    peekOf('ours', 'untagged, in one process', peeks),
    peekOf('ours, tagged, in a fleet', 'tagged, in a fleet on Redis', peeks),
    ...(await allocation(redisUrl, progress)),
  ]
}

const idOf = (name: string) => (name === 'ours' ? '' : '-tagged')

function hitsOf(name: string, words: string, figures: Record<string, number>): BarResult[] {
  const ours = figures[name]!
  const peers = Object.entries(figures).filter(([peer]) => !peer.startsWith('ours') && peer !== baseline)
  const fastest = Math.min(...peers.map(([, nanoseconds]) => nanoseconds))
  const bare = figures[baseline]!
  return [
    {
      id: `memory-hit${idOf(name)}`,
      what: `An awaited hit through getOrLoad, ${words}`,
      ours,
      peers: { [baseline]: bare },
      unit: 'ns',
      ratio: ours / bare,
      bar: '≤ 2 × an async function around Map.get',
      holds: ours / bare <= 2,
    },
    {
      id: `memory-hit${idOf(name)}-beside-peers`,
      what: `An awaited hit through getOrLoad, ${words}, beside what peers call it`,
      ours,
      peers: Object.fromEntries(peers),
      unit: 'ns',
      ratio: fastest / ours,
      bar: '≥ 5 × faster than the fastest peer',
      holds: fastest / ours >= 5,
    },
  ]
}

function peekOf(name: string, words: string, figures: Record<string, number>): BarResult {
  const [ours, bare] = [figures[name]!, figures[baseline]!]
  return {
    id: `peek${idOf(name)}`,
    what: `A synchronous peek, ${words}`,
    ours,
    peers: { 'Map.get': bare },
    unit: 'ns',
    ratio: ours / bare,
    bar: '≤ 2 × Map.get',
    holds: ours / bare <= 2,
  }
}

async function allocation(redisUrl: string, progress: SuiteContext['progress']): Promise<BarResult[]> {
  progress('Heap that 100,000 hits take')
  const members: Record<string, HitsOptions> = {
    ours: inMemory('hotpath'),
    'ours, tagged, in a fleet': { name: 'hotpath', redisUrl, tagged: true },
    [baseline]: inMemory('map'),
  }
  const nodeFlags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']
  await using crew = await startCrew<HitsMethods>({ module, members, nodeFlags })
  const bytes = medians(
    await interleave(
      crew.each((worker) => worker.call('allocated')),
      { rounds: 3 },
    ),
    (each) => each,
  )
  return ['ours', 'ours, tagged, in a fleet'].map((name) => {
    const [ours, bare] = [bytes[name]!, bytes[baseline]!]
    return {
      id: `allocation-per-hit${idOf(name)}`,
      what: `Heap that one hit takes${name === 'ours' ? '' : ', tagged, in a fleet on Redis'}`,
      ours,
      peers: { [baseline]: bare },
      unit: 'bytes',
      ratio: ours / bare,
      bar: 'no more than the promise of an async Map.get',
      holds: ours <= bare,
    }
  })
}
