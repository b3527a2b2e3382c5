import { sumBy } from '@hotpath/core'
import type { Rule } from '../alerts/rules.ts'
import { pairsOf, readTiming, type Windows } from '../alerts/timing.ts'

/** Two windows, what is compared in both, and how urgent it is. */
export interface Limit {
  long: string
  short: string
  /** `>` or, for a floor of the request rate, `<`. */
  comparison: '>' | '<'
  value: number
  severity: 'page' | 'ticket'
  /** How long it must hold: Prometheus' `for`. */
  hold: string
}

/** A window that Prometheus can fill at the usual 15 s between scrapes, in whole minutes. */
const leastWindowMs = 60_000

/** When a rule fires, in Prometheus' terms: the windows of the live alerts, none under a minute. */
export function limitsOf(rule: Rule): Limit[] {
  const { kind, budget } = rule
  if (kind === null) return []
  const limits = pairsOf(kind, readTiming()).map((pair): Limit => ({
    ...windowsOf(pair),
    comparison: kind === 'rate' && budget.operator.startsWith('>') ? '<' : '>',
    value: round(valueOf(rule, pair.times)),
    severity: (kind === 'burn' || kind === 'share') && pair.times >= 6 ? 'page' : 'ticket',
    hold: kind === 'burn' ? '0s' : '30s',
  }))
  // Pairs under a minute have become the same windows: the first has the lowest limit.
  return sumBy(
    limits,
    ({ long, short }) => `${long} ${short}`,
    (first) => first,
  )
}

function valueOf({ kind, allowed, budget }: Rule, times: number): number {
  if (kind === 'burn' || kind === 'misses') return times * allowed
  if (kind === 'share') return Math.min(times * allowed, (1 + allowed) / 2)
  const slack = 1 + (times - 1) / 2
  return budget.operator.startsWith('<') ? budget.bound * slack : budget.bound / slack
}

function windowsOf({ longMs, shortMs }: Windows): { long: string; short: string } {
  return { long: windowOf(longMs), short: windowOf(shortMs) }
}

function windowOf(ms: number): string {
  const minutes = Math.round(Math.max(leastWindowMs, ms) / 60_000)
  if (minutes % 1_440 === 0) return `${minutes / 1_440}d`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

/** 6 × 0.05 is 0.30000000000000004 in binary floating point. */
const round = (value: number) => Number(value.toPrecision(12))
