import type { BarResult } from '../suite.ts'
import { interleave, medians } from './interleave.ts'
import { commandsOf, idOf, type Reading, wordsOf } from './reading.ts'

const many = 100

/** One call for many keys that are all in Redis and not in memory. */
export async function manyKeys(reading: Reading): Promise<BarResult[]> {
  const { field, crew, context } = reading
  context.progress(`One call for ${many} keys, from Redis${wordsOf(field)}`)
  const names = field.names.filter((name) => name !== 'cachified')
  const figures = await interleave(
    crew.each((worker) => worker.call('many', { size: many, calls: context.quick ? 10 : 40 }), names),
    { rounds: context.quick ? 5 : 15, warmups: 2 },
  )
  const { hotpath: ours, ...peers } = medians(figures, (milliseconds) => milliseconds)
  const commands = await commandsOf(reading, names, (worker) => worker.call('many', { size: many, calls: 1 }))
  const { hotpath: ourCommands, ...theirCommands } = commands
  const best = Math.min(...field.native.map((name) => peers[name]!))
  const times = { ours: ours!, peers, unit: 'ms' }
  return [
    {
      ...times,
      id: idOf(field, 'get-many-beside-parallel'),
      what: `getMany of ${many} keys, beside parallel gets of bentocache${wordsOf(field)}`,
      ratio: peers['bentocache']! / ours!,
      bar: '≥ 10 × faster than bentocache',
      holds: peers['bentocache']! / ours! >= 10,
    },
    {
      ...times,
      id: idOf(field, 'get-many-beside-native'),
      what: `getMany of ${many} keys, beside what peers have for it${wordsOf(field)}`,
      ratio: best / ours!,
      bar: `≥ 2 × faster than the best of ${field.native.join(' and ')}`,
      holds: best / ours! >= 2,
    },
    {
      id: idOf(field, 'get-many-commands'),
      what: `Commands that Redis runs for getMany of ${many} keys${wordsOf(field)}`,
      ours: ourCommands!,
      peers: theirCommands,
      unit: 'commands',
      ratio: ourCommands!,
      bar: 'one for all',
      holds: ourCommands === 1,
    },
  ]
}
