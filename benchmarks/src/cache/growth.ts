import type { BarResult, SuiteContext } from '../suite.ts'
import { startCrew } from './crew.ts'
import { interleave, medians } from './interleave.ts'
import type { GrowthMethods, GrowthOptions } from './workers/growth.ts'

/** How much dearer a get becomes with the number of entries, beside a Map of the same keys. */
export async function growthBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const [small, large] = [1000, 1_000_000]
  progress(`Gets from ${small} and from ${large.toLocaleString('en-US')} entries`)
  const options = (name: GrowthOptions['name']): GrowthOptions => ({ name, sizes: [small, large] })
  await using crew = await startCrew<GrowthMethods>({
    module: new URL('./workers/growth.ts', import.meta.url),
    members: { ours: options('hotpath'), Map: options('map') },
  })
  const rounds = { rounds: quick ? 3 : 15, warmups: quick ? 1 : 2 }
  const growthOf = async (method: 'peek' | 'hit') => {
    const bySize = crew.each(async (worker) => {
      const [cheap, dear] = [await worker.call(method, small), await worker.call(method, large)]
      return { cheap, dear }
    })
    const figures = await interleave(bySize, rounds)
    const [cheap, dear] = [medians(figures, (each) => each.cheap), medians(figures, (each) => each.dear)]
    return { ours: dear['ours']! / cheap['ours']!, map: dear['Map']! / cheap['Map']! }
  }
  const words = `from ${small.toLocaleString('en-US')} to ${large.toLocaleString('en-US')} entries`
  const bar = (id: string, what: string, { ours, map }: { ours: number; map: number }): BarResult => ({
    id,
    what: `Growth of the cost of ${what} ${words}`,
    ours,
    peers: { Map: map },
    unit: '×',
    ratio: ours / map,
    bar: '≤ 1.3 × that of a Map over the same random keys',
    holds: ours / map <= 1.3,
  })
  return [
    bar('growth-peek', 'a synchronous peek', await growthOf('peek')),
    bar('growth-hit', 'an awaited hit through getOrLoad', await growthOf('hit')),
  ]
}
