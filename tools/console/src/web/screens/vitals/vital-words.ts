import {
  formatDuration,
  vitalBounds,
  type VitalFigures,
  type VitalName,
  type VitalsByName,
  type VitalVerdict,
} from '@hotpath/core'
import type { Tone } from '../../parts/standing-icon.tsx'

/** In the order in which they are read: loading, reacting, holding still, then what comes before. */
export const vitalNames = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const satisfies readonly VitalName[]

export const vitalTitles: Record<VitalName, string> = {
  LCP: 'Largest paint',
  INP: 'Reaction',
  CLS: 'Layout shift',
  FCP: 'First paint',
  TTFB: 'First byte',
}

export const vitalTones: Record<VitalVerdict, Tone> = {
  good: 'good',
  'needs improvement': 'warn',
  poor: 'bad',
}

/** A vital as people read it: CLS is a plain number, the others are times. */
export function vitalText(name: VitalName, value: number): string {
  return name === 'CLS' ? value.toFixed(value < 0.1 ? 3 : 2) : formatDuration(Math.round(value))
}

/** What counts as good. */
export function goodBound(name: VitalName): string {
  const [good] = vitalBounds[name]
  return `good up to ${vitalText(name, good)}`
}

/** What visitors experience, in a sentence: the worst of the three that are judged. */
export function vitalsVerdict(all: VitalsByName): { tone: Tone; word: string; sentence: string } {
  const judged = (['LCP', 'INP', 'CLS'] as const).flatMap((name) => {
    const figures = all[name]
    return figures ? [{ name, figures }] : []
  })
  if (judged.length === 0) {
    return { tone: 'idle', word: 'No views yet', sentence: 'No browser told anything in the last hour.' }
  }
  const bad = judged.filter(({ figures }) => figures.verdict !== 'good')
  if (bad.length === 0) {
    const said = judged.map(({ name, figures }) => `${name} ${vitalText(name, figures.p75)}`).join(', ')
    return { tone: 'good', word: 'Good', sentence: `Three of four visitors get better than ${said}.` }
  }
  const worst = bad.find(({ figures }) => figures.verdict === 'poor') ?? bad[0]!
  return {
    tone: vitalTones[worst.figures.verdict],
    word: worst.figures.verdict === 'poor' ? 'Poor' : 'Needs improvement',
    sentence: `${bad.map(({ name, figures }) => `${name} p75 is ${vitalText(name, figures.p75)}, ${goodBound(name)}`).join('; ')}.`,
  }
}

/** The shares of a vital in words. */
export function sharesText({ good, needs, poor, count }: VitalFigures): string {
  const say = (share: number) => `${Math.round(100 * share)}%`
  return `${say(good)} good, ${say(needs)} need improvement, ${say(poor)} poor, of ${count.toLocaleString('en-US')} views`
}
