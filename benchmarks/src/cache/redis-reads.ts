import type { BarResult, SuiteContext } from '../suite.ts'
import { type ContestantName, twoTiers } from './contestants/index.ts'
import { startCrew } from './crew.ts'
import { manyKeys } from './get-many.ts'
import { interleave, medians } from './interleave.ts'
import { commandsOf, type Field, idOf, type Reading, wordsOf } from './reading.ts'
import { createProbe } from './redis-counts.ts'
import type { RedisReadsMethods, RedisReadsOptions } from './workers/redis-reads.ts'

const readers = 64
const memoryEntries = 100

const untagged: Field = {
  tagged: false,
  names: ['hotpath', ...twoTiers, 'cachified', 'node-redis', 'ioredis'],
  full: twoTiers,
  native: ['cacheable', 'cache-manager'],
}
const tagged: Field = {
  tagged: true,
  names: ['hotpath', 'bentocache', 'cacheable', 'node-redis'],
  full: ['bentocache', 'cacheable'],
  native: ['cacheable'],
}

/**
 * Reads that Redis answers, because memory is far too small for what is asked for: `maxEntries`, bentocache's
 * `maxItems` and cacheable's `lruSize` are the same small number. With a tag for each entry, what bentocache keeps of
 * tags in its memory is gone as soon as the entry would be, as it is in a larger one.
 */
export async function redisReadBars(redisUrl: string, context: SuiteContext): Promise<BarResult[]> {
  await using probe = await createProbe(redisUrl)
  // Every key is asked for again after all others: memory so much smaller has lost it by then, whatever it evicts by.
  const keys = context.quick ? 5000 : 20_000
  const bars: BarResult[] = []
  for (const field of [untagged, tagged]) {
    context.progress(
      `Filling Redis with ${keys.toLocaleString('en-US')} values for each of ${field.names.length}${wordsOf(field)}`,
    )
    const options = (name: ContestantName): RedisReadsOptions => ({
      name,
      redisUrl,
      tagged: field.tagged,
      keys,
      memoryEntries,
    })
    await using crew = await startCrew<RedisReadsMethods>({
      module: new URL('./workers/redis-reads.ts', import.meta.url),
      members: Object.fromEntries(field.names.map((name) => [name, options(name)])),
    })
    const reading = { field, crew, probe, context }
    bars.push(...(await concurrent(reading)), await roundTrips(reading), ...(await manyKeys(reading)))
  }
  return bars
}

async function concurrent({ field, crew, probe, context }: Reading): Promise<BarResult[]> {
  context.progress(`${readers} concurrent readers of distinct keys, from Redis${wordsOf(field)}`)
  const milliseconds = context.quick ? 150 : 500
  const measures = crew.each(async (worker) => {
    const { result, counts } = await probe.during(() => worker.call('read', { readers, milliseconds }))
    // Memory is out of the way, or this compares something else.
    if (counts.keysFound < 0.98 * result.reads) {
      throw new Error(`Redis answered only ${counts.keysFound} of ${result.reads} reads.`)
    }
    return { perSecond: result.reads / result.seconds, cpuMicros: (1e6 * counts.cpuSeconds) / result.reads }
  })
  const figures = await interleave(measures, { rounds: context.quick ? 3 : 9 })
  const { hotpath: ours, ...peers } = medians(figures, ({ perSecond }) => perSecond)
  const { hotpath: ourCpu, ...cpu } = medians(figures, ({ cpuMicros }) => cpuMicros)
  const best = Math.max(...field.full.map((name) => peers[name]!))
  return [
    {
      id: idOf(field, 'redis-hit'),
      what: `Reads from Redis, ${readers} concurrent readers of distinct keys${wordsOf(field)}`,
      ours: ours!,
      peers,
      unit: 'reads/s',
      ratio: ours! / best,
      bar: `≥ 2 × the best cache of two tiers (${field.full.join(', ')})`,
      holds: ours! / best >= 2,
    },
    {
      id: idOf(field, 'redis-cpu-per-read'),
      what: `CPU of Redis per read, the same run${wordsOf(field)}`,
      ours: ourCpu!,
      peers: cpu,
      unit: 'µs',
      ratio: ourCpu! / cpu['node-redis']!,
      bar: '≤ 1.5 × a plain GET by node-redis',
      holds: ourCpu! / cpu['node-redis']! <= 1.5,
    },
  ]
}

async function roundTrips(reading: Reading): Promise<BarResult> {
  const { field, context } = reading
  context.progress(`Commands that ${readers} reads of one tick become${wordsOf(field)}`)
  const { hotpath: ours, ...peers } = await commandsOf(reading, field.names, (worker) =>
    worker.call('tick', readers),
  )
  return {
    id: idOf(field, 'redis-commands-of-a-tick'),
    what: `Commands that Redis runs for ${readers} reads of one tick${wordsOf(field)}`,
    ours: ours!,
    peers,
    unit: 'commands',
    ratio: ours!,
    bar: 'one for all',
    holds: ours === 1,
  }
}
