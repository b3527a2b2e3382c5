import type { BarResult, SuiteContext } from '../suite.ts'
import { type Traffic, traffics } from './contests.ts'
import { measureGet } from './get-cost.ts'
import { hotpath, lruCache, optimal, type Player, sieve, tinyLfu } from './peers.ts'

/** Other seeds than those that the policy was chosen on (docs/decisions/006-eviction.md). */
const seeds = [11, 12, 13]
const ofEqualSizes: Record<string, Player> = { SIEVE: sieve, 'W-TinyLFU': tinyLfu, optimal }

/** What a hit of the store alone costs, and which entries it keeps. */
export function evictionBars(context: SuiteContext): BarResult[] {
  // Costs before contests: lru-cache is slower once its code has seen stores of several kinds.
  const sizes = context.quick ? [1000, 100_000] : [1000, 10_000, 100_000, 1_000_000]
  const costs = sizes.map((entries) => getCost(entries, context))
  return [...costs, ...traffics.map((traffic) => hitRatio(traffic, context))]
}

function hitRatio({ id, what, lead, contest }: Traffic, { quick, progress }: SuiteContext): BarResult {
  progress(what)
  const contests = (quick ? seeds.slice(0, 1) : seeds).map((seed) =>
    contest(seed, quick ? 200_000 : 1_000_000),
  )
  const percents = (player: Player) => contests.map((each) => 100 * player(each))
  const [ours, theirs] = [percents(hotpath), percents(lruCache)]
  const smallest = Math.min(...ours.map((percent, seed) => percent - theirs[seed]!))
  const isOfEqualSizes = contests.every(({ bytesOf, meanBytes }) => bytesOf(0) === meanBytes)
  const others = Object.entries(isOfEqualSizes ? ofEqualSizes : {})
  return {
    id: `hit-ratio-${id}`,
    what: `Hits: ${what}`,
    ours: mean(ours),
    peers: {
      'lru-cache': mean(theirs),
      ...Object.fromEntries(others.map(([name, player]) => [name, mean(percents(player))])),
    },
    unit: '%',
    ratio: smallest,
    bar: `≥ ${lead > 0 ? '+' : ''}${lead} points over lru-cache, with every seed`,
    holds: smallest >= lead,
  }
}

function getCost(entries: number, { quick, progress }: SuiteContext): BarResult {
  const what = `A get that hits, of the store alone, ${entries.toLocaleString('en-US')} entries`
  progress(what)
  const { hotpath: ours, ...peers } = measureGet(entries, quick ? 7 : 21)
  const ratio = ours / peers['lru-cache']
  return {
    id: `get-${entries}`,
    what,
    ours,
    peers,
    unit: 'ns',
    ratio,
    bar: '≤ 1.2 × lru-cache',
    holds: ratio <= 1.2,
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
