/** Stretches of time, told in the order of their beginnings. */
export interface Spans {
  add(from: number, until: number): void
  /** One that has no end yet; to be called with its end. */
  begin(from: number): (until: number) => void
  /** How much of the time from `from` until `until` they cover, in milliseconds. */
  within(from: number, until: number): number
  touches(from: number, until: number): boolean
}

export function createSpans(): Spans {
  const spans: { from: number; until: number }[] = []
  function* overlapping(from: number, until: number) {
    // The newest are asked for most; nothing lasts longer than a minute.
    for (let index = spans.length - 1; index >= 0; index -= 1) {
      const span = spans[index]!
      if (span.from < from - 60_000) return
      if (span.from <= until && span.until >= from) yield span
    }
  }
  return {
    add: (from, until) => void spans.push({ from, until }),
    begin(from) {
      const span = { from, until: Infinity }
      spans.push(span)
      return (until) => void (span.until = until)
    },
    within(from, until) {
      let sum = 0
      for (const span of overlapping(from, until)) {
        sum += Math.min(until, span.until) - Math.max(from, span.from)
      }
      return sum
    },
    touches: (from, until) => !overlapping(from, until).next().done,
  }
}
