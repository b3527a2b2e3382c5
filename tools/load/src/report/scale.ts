/** Round values from 0 to `most` or a little above, about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function ticksUpTo(most: number, count: number): number[] {
  if (!(most > 0)) return [0, 1]
  const raw = most / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power
  const last = Math.ceil(Number((most / step).toPrecision(12)))
  return Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** Values 1, 2 and 5 times powers of ten from below `least` to above `most`. */
export function logTicks(least: number, most: number): number[] {
  const ticks: number[] = []
  const first = Math.floor(Math.log10(least))
  const last = Math.ceil(Math.log10(most))
  for (let power = first; power <= last; power++) {
    for (const factor of [1, 2, 5]) ticks.push(Number((factor * 10 ** power).toPrecision(6)))
  }
  const from = Math.max(
    0,
    ticks.findLastIndex((tick) => tick <= least),
  )
  const until = ticks.findIndex((tick) => tick >= most)
  return ticks.slice(from, until === -1 ? undefined : until + 1)
}

/** Steps of a time axis in milliseconds: seconds, minutes or hours, about `count` of them. */
export function timeTicks(totalMs: number, count: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400].map((s) => s * 1000)
  const step = steps.find((candidate) => totalMs / candidate <= count) ?? 14_400_000
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step)
}

/** `45s`, `2:30`, `1:05:00`. */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
