/** A day and a time of day, to the minute. */
export function DateTime({ at }: { at: number }) {
  const date = new Date(at)
  const text = date.toLocaleString([], {
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  return <time dateTime={date.toISOString()}>{text}</time>
}
