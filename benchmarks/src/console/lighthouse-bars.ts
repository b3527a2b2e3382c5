import { median } from '@hotpath/core'
import lighthouse from 'lighthouse'
import type { BarResult, SuiteContext } from '../suite.ts'
import type { Bench } from './start-bench.ts'

const categories = ['performance', 'accessibility'] as const
type Category = (typeof categories)[number]
const least: Record<Category, number> = { performance: 95, accessibility: 100 }
const runs = 3

/** What Lighthouse says of the overview, as it asks by default: a phone of the middle range on a slow network. */
export async function lighthouseBars(
  { console: address, debuggingPort }: Bench,
  { quick, progress }: SuiteContext,
): Promise<BarResult[]> {
  const scores: Record<Category, number[]> = { performance: [], accessibility: [] }
  for (let round = 0; round < (quick ? 1 : runs); round++) {
    progress(`Lighthouse ${round + 1}`)
    const result = await lighthouse(address, {
      port: debuggingPort,
      onlyCategories: [...categories],
      output: 'json',
      logLevel: 'error',
      // The console never stops asking: its page is loaded when it is interactive, not when it is silent.
      maxWaitForLoad: 15_000,
    })
    if (!result || result.lhr.runtimeError) throw new Error(result?.lhr.runtimeError?.message ?? 'No result')
    for (const category of categories) {
      const score = result.lhr.categories[category]?.score
      if (typeof score !== 'number') throw new Error(`Lighthouse gave no score for ${category}.`)
      scores[category].push(Math.round(score * 100))
    }
  }
  return categories.map((category) => {
    const ours = median(scores[category])
    return {
      id: `console-lighthouse-${category}`,
      what: `Lighthouse's ${category} of the overview, median of ${scores[category].length}`,
      ours,
      peers: { least: Math.min(...scores[category]) },
      unit: 'points',
      ratio: ours / least[category],
      bar: category === 'performance' ? '≥ 95' : '100',
      holds: ours >= least[category],
    }
  })
}
