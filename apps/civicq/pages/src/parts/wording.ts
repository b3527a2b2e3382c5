const longDate = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' })
const shortDate = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' })

const steps = [
  { unit: 'minute', ms: 60_000, below: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, below: 86_400_000 },
  { unit: 'day', ms: 86_400_000, below: 14 * 86_400_000 },
] as const

/** `2027-11-02` as `November 2, 2027`: a date is the same day everywhere. */
export function formatDate(date: string): string {
  return longDate.format(new Date(`${date}T00:00:00Z`))
}

/** How long ago an instant was; after two weeks, its date. */
export function formatAgo(instant: string, now: number): string {
  const at = Date.parse(instant)
  const ms = now - at
  if (ms < 60_000) return 'just now'
  const step = steps.find(({ below }) => ms < below)
  return step ? relative.format(-Math.floor(ms / step.ms), step.unit) : shortDate.format(at)
}

/** `1 answer`, `1,204 answers`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}
