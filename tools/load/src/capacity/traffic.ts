import { parse } from 'csv-parse/sync'
import { errors } from '../errors.ts'

/** Requests per second from a moment on, in seconds from the beginning. */
export interface TrafficPoint {
  at: number
  rate: number
}

/**
 * Reads a traffic trace: CSV with two columns, time (seconds, or a date) and requests per second; a heading is skipped.
 * @throws HP_CAPACITY_INPUT naming the line
 */
export function readTraffic(text: string, file: string): TrafficPoint[] {
  const fail = (problem: string) => errors.HP_CAPACITY_INPUT({ file, problem })
  const rows = readRows(text, fail)
  const isHeading = rows[0]?.every((cell) => Number.isNaN(timeOf(cell))) ?? false
  const points = rows.slice(isHeading ? 1 : 0).map(([time = '', rate = ''], index) => {
    const point = { at: timeOf(time), rate: rate.trim() === '' ? Number.NaN : Number(rate) }
    const line = index + (isHeading ? 2 : 1)
    if (Number.isNaN(point.at)) throw fail(`line ${line}: "${time}" is neither seconds nor a date`)
    if (!(point.rate >= 0 && point.rate < Infinity)) throw fail(`line ${line}: "${rate}" is no rate`)
    return point
  })
  if (points.length < 2) throw fail('a trace needs two lines or more')
  const start = points[0]!.at
  for (const [index, { at }] of points.entries()) {
    if (index > 0 && at <= points[index - 1]!.at) throw fail('its times do not grow from line to line')
  }
  const seconds = points.at(-1)!.at - start
  if (seconds > longestSeconds) throw fail(`${Math.round(seconds / 86_400)} days are more than 31`)
  return points.map(({ at, rate }) => ({ at: at - start, rate }))
}

const longestSeconds = 31 * 86_400

function readRows(text: string, fail: (problem: string) => Error): string[][] {
  try {
    return parse(text, { trim: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    throw fail((error as Error).message)
  }
}

function timeOf(text: string): number {
  if (text.trim() === '') return Number.NaN
  const seconds = Number(text)
  return Number.isNaN(seconds) ? Date.parse(text) / 1000 : seconds
}

/** The rate at each second, straight from point to point. */
export function rateEachSecond(points: readonly TrafficPoint[]): Float64Array {
  const rates = new Float64Array(Math.floor(points.at(-1)!.at) + 1)
  let next = 1
  for (let second = 0; second < rates.length; second++) {
    while (next < points.length - 1 && points[next]!.at < second) next += 1
    const [from, to] = [points[next - 1]!, points[next]!]
    const share = Math.min(1, (second - from.at) / (to.at - from.at))
    rates[second] = from.rate + share * (to.rate - from.rate)
  }
  return rates
}
