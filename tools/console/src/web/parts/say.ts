import { type FleetShare, formatBytes, formatDuration } from '@hotpath/core'

/** What stands where nothing was measured. */
export const nothing = '–'

/** A count as people read it: 12,345. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Events per second: 0.4/s, 12.3/s, 1,240/s. */
export function perSecond(value: number): string {
  if (value >= 100) return `${count(value)}/s`
  return `${Number(value.toPrecision(3)).toLocaleString('en-US')}/s`
}

/** A share of one: 0 %, 0.4 %, 12 %, 99.2 %. */
export function percent(share: number | null): string {
  if (share === null) return nothing
  const value = 100 * share
  const digits = value === 0 || value === 100 ? 0 : value < 10 || value > 99 ? 1 : 0
  return `${value.toFixed(digits)}%`
}

/** A ratio against 1 as a change: +12.3 %, −4.0 %. */
export function changeOf(ratio: number): string {
  const text = Math.abs(100 * (ratio - 1)).toFixed(1)
  if (text === '0.0') return '0.0%'
  return `${ratio > 1 ? '+' : '−'}${text}%`
}

export const duration = (ms: number | null): string => (ms === null ? nothing : formatDuration(ms))
export const bytes = (value: number): string => formatBytes(value)

/** Of whom figures are: `2 processes`, `3 of 4 processes (2 did not answer)`. */
export function processes({ workers, missing }: FleetShare): string {
  if (missing.length === 0) return workers === 1 ? '1 process' : `${workers} processes`
  return `${workers - missing.length} of ${workers} processes (${missing.join(', ')} did not answer)`
}
