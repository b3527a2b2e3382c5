import { participants } from '../race/contestants/index.ts'
import { playRace, races } from '../race/matrix.ts'
import { type Cells, cellText, isRight, type Verdict } from '../race/race.ts'
import type { BarResult, Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** Each known failure of caches, played with ours and with the peers. */
export const race: Suite = {
  name: 'race',
  description: 'known ways to serve an old value or to load twice, played with every cache',
  versions: () => ({
    ...Object.fromEntries(
      Object.values(participants)
        .flatMap(({ packages }) => packages)
        .map((name) => [name, packageVersion(name)]),
    ),
    'redis-server': programVersion('redis-server', '--version'),
  }),
  async run({ progress }) {
    const results: BarResult[] = []
    for (const each of races) results.push(bar(each, await playRace(each, progress)))
    return results
  },
}

function bar({ id, what }: { id: string; what: string }, cells: Cells): BarResult {
  const { hotpath, ...peers } = cells
  const counted = typeof hotpath === 'object'
  const applicable = Object.entries(peers).filter((peer): peer is [string, Verdict] => peer[1] !== 'n/a')
  return {
    id,
    what,
    ours: figure(hotpath),
    peers: Object.fromEntries(applicable.map(([name, cell]) => [name, figure(cell)])),
    unit: counted ? 'loads' : 'stale answers',
    ratio: figure(hotpath),
    bar: counted ? '1 load' : 'never stale',
    holds: isRight(hotpath),
    cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cellText(cell)])),
  }
}

const figure = (cell: Verdict | 'n/a'): number =>
  typeof cell === 'object' ? cell.loads : Number(cell === 'STALE')
