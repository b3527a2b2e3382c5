import type { BudgetVerdict, Overview } from '@hotpath/core'

/** The four tones of the console. Each has a shape of its own, so that colour is never the only sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'idle'

/** The tone of a verdict's state. */
export const standings: Record<Overview['verdict']['state'], Tone> = {
  healthy: 'good',
  attention: 'warn',
  broken: 'bad',
  quiet: 'idle',
}

/** The tone of a budget's verdict. */
export const budgetTones: Record<BudgetVerdict, Tone> = { met: 'good', missed: 'bad', 'not measured': 'idle' }

const shapes: Record<Tone, { outline: string; sign: string }> = {
  good: { outline: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', sign: 'm4.9 8.3 2.1 2.1 4.1-4.6' },
  warn: { outline: 'M8 1.2 15.3 14.4H.7Z', sign: 'M8 6v3.6M8 12v.1' },
  bad: { outline: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Z', sign: 'm5.6 5.6 4.8 4.8m0-4.8-4.8 4.8' },
  idle: { outline: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', sign: 'M5 8h6' },
}

/** The tone as a shape; the word stands beside it. */
export function StandingIcon({ tone }: { tone: Tone }) {
  return (
    <svg className="standing-icon" data-tone={tone} viewBox="0 0 16 16" aria-hidden="true">
      <path className="outline" d={shapes[tone].outline} />
      <path className="sign" d={shapes[tone].sign} />
    </svg>
  )
}
