import { type Duration, parseDuration } from '@hotpath/core'
import type { RuleKind } from './rules.ts'

/** Two windows in which a condition must hold at once: the long one for weight, the short one because it still lasts. */
export interface WindowPair {
  long: Duration
  short: Duration
  /** How many times over what is allowed. */
  times: number
}

/** When alerts fire and end. The defaults are those of the README's table. */
export interface AlertTiming {
  /** How often everything is looked at. @default '5s' */
  every?: Duration
  /** Availability: multi-window burn rates (Google's SRE Workbook, chapter 5). @default 14.4× in 1 h and 5 min, 6× in 6 h and 30 min, 1× in 3 d and 6 h */
  burn?: readonly WindowPair[]
  /** Percentiles: the share of requests over the bound. @default 2× in 5 min and 1 min, 6× in 1 min and 15 s, 10× in 30 s and 15 s */
  share?: readonly WindowPair[]
  /** Hit rates, means and request rates. @default 1.25× in 5 min and 1 min */
  value?: readonly WindowPair[]
  /** How long a condition holds before anybody is told; burn rates have waited long enough. @default '10s' */
  hold?: Duration
  /** How long it must be well before an alert ends. @default '1m' */
  clear?: Duration
  /** How long an alert that ended is still shown. @default '15m' */
  show?: Duration
}

export interface Windows {
  longMs: number
  shortMs: number
  times: number
}

/** The same in milliseconds. */
export interface Timing {
  everyMs: number
  burn: readonly Windows[]
  share: readonly Windows[]
  value: readonly Windows[]
  holdMs: number
  clearMs: number
  showMs: number
}

const defaults = {
  every: '5s',
  burn: [
    { long: '1h', short: '5m', times: 14.4 },
    { long: '6h', short: '30m', times: 6 },
    { long: '3d', short: '6h', times: 1 },
  ],
  share: [
    { long: '5m', short: '1m', times: 2 },
    { long: '1m', short: '15s', times: 6 },
    // Where hardly anything is answered any more, a minute is full of what was quick before until it is over.
    { long: '30s', short: '15s', times: 10 },
  ],
  value: [{ long: '5m', short: '1m', times: 1.25 }],
  hold: '10s',
  clear: '1m',
  show: '15m',
} as const satisfies Required<AlertTiming>

/** @throws HP_DURATION_INVALID */
export function readTiming(given: AlertTiming = {}): Timing {
  const { every, burn, share, value, hold, clear, show } = { ...defaults, ...given }
  const windows = ({ long, short, times }: WindowPair): Windows => ({
    longMs: parseDuration(long),
    shortMs: parseDuration(short),
    times,
  })
  return {
    everyMs: parseDuration(every),
    burn: burn.map(windows),
    share: share.map(windows),
    value: value.map(windows),
    holdMs: parseDuration(hold),
    clearMs: parseDuration(clear),
    showMs: parseDuration(show),
  }
}

/** The windows that a kind of rule is held against. */
export const pairsOf = (kind: RuleKind, { burn, share, value }: Timing): readonly Windows[] =>
  kind === 'burn' ? burn : kind === 'share' ? share : value
