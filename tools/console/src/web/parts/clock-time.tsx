/** A time of day, to the second. */
export function ClockTime({ at }: { at: number }) {
  const date = new Date(at)
  return <time dateTime={date.toISOString()}>{date.toLocaleTimeString([], { hour12: false })}</time>
}
