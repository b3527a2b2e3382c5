import { formatDuration } from '@hotpath/core'

/** Milliseconds as text; a dash where nothing was measured. */
export const ms = (value: number | null): string => (value === null ? '–' : formatDuration(value))

export const count = (value: number): string => value.toLocaleString('en-US')

/** At most three significant figures, thousands grouped. */
export const figure = (value: number): string =>
  value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })

export const percent = (share: number): string => `${figure(share * 100)}%`
