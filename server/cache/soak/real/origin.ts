import { now, sleep } from './clock.ts'
import type { Dice } from './dice.ts'
import { ownKeys, sharedKeys } from './data.ts'
import type { Cut } from './messages.ts'
import { createSpans } from './spans.ts'

/** Where the truth lies: a register per key, with slow and sometimes failing reads. */
export interface Origin {
  /** Adds one to each register. */
  write(keys: readonly string[]): number[]
  /** Reads the registers as they are when it begins, or when it ends; null: it failed. */
  load(load: { cache: number; keys: readonly string[] }): Promise<number[] | null>
  writtenAt(key: string, version: number): number | undefined
  newest(key: string): number
  /** The keys that exist. */
  keys(): string[]
  /** A worker's own keys come into being. */
  admit(worker: number): void
  counts: { loads: number; keysLoaded: number; failures: number; writes: number }
  /**
   * How many loads of a key began while another of the same cache ran, though no fault was near and nobody wrote,
   * invalidated, expired or set it meanwhile.
   */
  doubled(cuts: readonly Cut[], quiet: (from: number, until: number) => boolean): Doubled
}

export interface Doubled {
  /** Loads that could be judged. */
  judged: number
  doubled: number
}

interface Load {
  place: string
  start: number
  end: number
}

/** From this long before a load until it ended there must have been no fault. */
const recoveryMs = 3_000

export function createOrigin(dice: Dice): Origin {
  const registers = new Map<string, number[]>(sharedKeys.map((key) => [key, [now()]]))
  const loads: Load[] = []
  const counts = { loads: 0, keysLoaded: 0, failures: 0, writes: 0 }
  const newest = (key: string) => registers.get(key)!.length

  return {
    counts,
    newest,
    keys: () => [...registers.keys()],
    admit(worker) {
      for (const key of ownKeys(worker)) registers.set(key, [now()])
    },
    write(keys) {
      counts.writes += keys.length
      return keys.map((key) => registers.get(key)!.push(now()))
    },
    writtenAt: (key, version) => registers.get(key)?.[version - 1],
    async load({ cache, keys }) {
      counts.loads += 1
      counts.keysLoaded += keys.length
      const start = now()
      const atStart = keys.map(newest)
      const [snapshot, failing] = [dice.chance(0.7), dice.chance(0.01)]
      await sleep(loadTime(dice))
      const end = now()
      loads.push(...keys.map((key) => ({ place: `${cache} ${key}`, start, end })))
      if (failing) counts.failures += 1
      if (failing) return null
      return snapshot ? atStart : keys.map(newest)
    },
    doubled(cuts, quiet) {
      const calm = loads.filter(({ start, end }) => quiet(start - recoveryMs, end))
      const cutsOf = Map.groupBy(cuts, ({ cache, key }) => `${cache} ${key}`)
      // A pattern ends the leases of its whole cache.
      const wide = Map.groupBy(
        cuts.filter(({ how }) => how === 'invalidate pattern'),
        ({ cache }) => String(cache),
      )
      let doubled = 0
      for (const [place, group] of Map.groupBy(calm, (load) => load.place)) {
        const spans = createSpans()
        const cache = place.slice(0, place.indexOf(' '))
        const all = [...(cutsOf.get(place) ?? []), ...(wide.get(cache) ?? [])]
        for (const { start, end } of all.toSorted((a, b) => a.start - b.start)) spans.add(start, end)
        doubled += overlaps(
          group.toSorted((a, b) => a.start - b.start),
          (from, until) => !spans.touches(from, until),
        )
      }
      return { judged: calm.length, doubled }
    },
  }
}

/** How many began before the one ahead of them had ended, by their order. */
function overlaps(loads: readonly Load[], uncut: (from: number, until: number) => boolean): number {
  let count = 0
  for (const [index, load] of loads.slice(1).entries()) {
    const ahead = loads[index]!
    // The loader is asked a moment after its lease was granted.
    if (load.start < ahead.end && uncut(ahead.start - 100, load.start)) count += 1
  }
  return count
}

/** Mostly milliseconds, sometimes long enough for anything to happen meanwhile. */
function loadTime(dice: Dice): number {
  if (dice.chance(0.8)) return dice.between(0, 15)
  return dice.chance(0.85) ? dice.between(15, 250) : dice.between(250, 2_000)
}
