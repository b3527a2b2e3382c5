import { createDraws } from './normal.ts'

/** A series whose changes are known. */
export interface LabelledSeries {
  values: number[]
  changes: number[]
}

/** What else there is in a series besides its levels and 3 % noise. */
export type Trouble = 'none' | 'outliers' | 'drift' | 'dependence' | 'wild stretches'

const noise = 0.03
const shortest = 20
const longest = 80

/** Levels of 20 to 80 points, steps of 5 to 30 % up or down between them. */
export function labelledSeries(length: number, trouble: Trouble, seed: number): LabelledSeries {
  const { normal, uniform } = createDraws(seed)
  const changes: number[] = []
  for (let at = 0; ;) {
    at += shortest + Math.floor(uniform() * (longest - shortest))
    if (at > length - shortest) break
    changes.push(at)
  }
  let level = Math.log(100)
  let last = 0
  const values = Array.from({ length }, (_, index) => {
    if (changes.includes(index)) level += (uniform() < 0.5 ? 1 : -1) * Math.log1p(0.05 + 0.25 * uniform())
    last = trouble === 'dependence' ? 0.4 * last + Math.sqrt(1 - 0.16) * normal() : normal()
    const wild = trouble === 'wild stretches' && Math.floor(index / 60) % 2 === 1
    const outlier = trouble === 'outliers' && uniform() < 0.05 ? (uniform() - 0.5) * 1 : 0
    const drift = trouble === 'drift' ? 0.0008 * index : 0
    return Math.exp(level + noise * (wild ? 3 : 1) * last + outlier + drift)
  })
  return { values, changes }
}

/** A series without a change. */
export function noiseSeries(length: number, seed: number): number[] {
  const { normal } = createDraws(seed)
  return Array.from({ length }, () => 100 * Math.exp(noise * normal()))
}

/** How many changes were found, made up, and missed. */
export interface Score {
  found: number
  invented: number
  missed: number
}

/** A change counts as found within two points; each one found serves one label. */
export function scoreOf(labels: readonly number[], found: readonly number[]): Score {
  const free = new Set(found)
  let hits = 0
  for (const label of labels) {
    const match = [...free].find((index) => Math.abs(index - label) <= 2)
    if (match === undefined) continue
    free.delete(match)
    hits += 1
  }
  return { found: hits, invented: free.size, missed: labels.length - hits }
}

/** The harmonic mean of precision and recall over all series. */
export function f1(scores: readonly Score[]): number {
  const sum = (name: keyof Score) => scores.reduce((total, score) => total + score[name], 0)
  return (2 * sum('found')) / (2 * sum('found') + sum('invented') + sum('missed'))
}
