import { median } from '@hotpath/core'
import lighthouse, { desktopConfig } from 'lighthouse'
import type { BarResult, SuiteContext } from '../suite.ts'
import type { Bench } from './start-bench.ts'

const categories = ['performance', 'accessibility'] as const
type Category = (typeof categories)[number]
const least: Record<Category, number> = { performance: 95, accessibility: 100 }
const runs = 3

/**
 * What Lighthouse says of the overview with its desktop preset, which is what the console is looked at on; what it says
 * as a phone of the middle range on a slow network stands beside it.
 */
export async function lighthouseBars(bench: Bench, { quick, progress }: SuiteContext): Promise<BarResult[]> {
  const scores: Record<Category, Record<'desktop' | 'phone', number[]>> = {
    performance: { desktop: [], phone: [] },
    accessibility: { desktop: [], phone: [] },
  }
  for (let round = 0; round < (quick ? 1 : runs); round++) {
    for (const device of ['desktop', 'phone'] as const) {
      progress(`Lighthouse ${round + 1}, ${device}`)
      const found = await scoresOf(bench, device)
      for (const category of categories) scores[category][device].push(found[category])
    }
  }
  return categories.map((category) => {
    const { desktop, phone } = scores[category]
    const ours = median(desktop)
    return {
      id: `console-lighthouse-${category}`,
      what: `Lighthouse's ${category} of the overview on a desktop, median of ${desktop.length}`,
      ours,
      peers: { 'least of them': Math.min(...desktop), 'on a phone': median(phone) },
      unit: 'points',
      ratio: ours / least[category],
      bar: category === 'performance' ? '≥ 95' : '100',
      holds: ours >= least[category],
    }
  })
}

async function scoresOf(
  { console: address, debuggingPort }: Bench,
  device: 'desktop' | 'phone',
): Promise<Record<Category, number>> {
  const flags = {
    port: debuggingPort,
    onlyCategories: [...categories],
    output: 'json' as const,
    logLevel: 'error' as const,
    // The console never stops asking: its page is loaded when it is interactive, not when it is silent.
    maxWaitForLoad: 15_000,
  }
  const result = await lighthouse(address, flags, device === 'desktop' ? desktopConfig : undefined)
  if (!result || result.lhr.runtimeError)
    throw new Error(result?.lhr.runtimeError?.message ?? 'Lighthouse gave no result.')
  const score = (category: Category) => {
    const value = result.lhr.categories[category]?.score
    if (typeof value !== 'number') throw new Error(`Lighthouse gave no score for ${category}.`)
    return Math.round(value * 100)
  }
  return { performance: score('performance'), accessibility: score('accessibility') }
}
