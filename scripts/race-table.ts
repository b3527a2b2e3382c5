import type { BarResult } from '../benchmarks/src/suite.ts'

/** A result that says in words what came of it, for ours and for each peer: these are what its cells are named by. */
export type WordedResult = BarResult & Required<Pick<BarResult, 'cells'>>

export const isWorded = (result: BarResult): result is WordedResult =>
  result.cells !== undefined && 'hotpath' in result.cells

/** What was played in the rows, each cache a column. */
export function raceTable(results: readonly WordedResult[]): string[] {
  const names = [...new Set(results.flatMap(({ cells }) => Object.keys(cells)))]
  return [
    'Played step by step on a real Redis, each process a real one: loads, replies and connections are held back and let go, so that the order of events is given. Each cache as its own documentation sets it up for several processes: bentocache with memory, Redis and bus; cacheable with memory, Redis, tags and CacheSync over Redis; cache-manager with memory and Redis (it has no bus); cachified with Redis. **STALE**: 3 s after everything had settled the old value was still served. n/a: it lacks what the race is about.',
    '',
    `| what happens | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...results.map(
      ({ what, cells }) => `| ${what} | ${names.map((name) => said(cells[name] ?? 'n/a')).join(' | ')} |`,
    ),
    '',
  ]
}

const isGood = (cell: string) => ['right', 'n/a', '1 load'].includes(cell)

const said = (cell: string) => (isGood(cell) ? cell : `**${cell}**`)
