import { type Duration, parseDuration } from '@hotpath/core'
import { errors } from '../errors.ts'
import { within } from '../run/option-range.ts'
import type { Random } from '../random/random.ts'

/**
 * How long people pause: always the same, evenly between two times, exponentially (without memory) or log-normally
 * about a median, as reading times are; `sigma` is that of the logarithm (@default 0.5). The two with a long tail are
 * cut at ten times their mean or median.
 */
export type ThinkTime =
  | Duration
  | { uniform: readonly [least: Duration, most: Duration] }
  | { exponential: Duration }
  | { lognormal: Duration; sigma?: number }

/** Draws the length of a pause, in milliseconds. */
export type Think = (random: Random) => number

const longest = { least: 0, most: 3_600_000, unit: ' ms' } as const
const tail = 10

/**
 * Checks a think time.
 * @throws HP_LOAD_OPTION, HP_DURATION_INVALID
 */
export function readThink(given: ThinkTime, option = 'think'): Think {
  const time = (duration: Duration) => within(option, parseDuration(duration), longest)
  if (typeof given !== 'object') {
    const ms = time(given)
    return () => ms
  }
  if ('uniform' in given) {
    const [least, most] = [time(given.uniform[0]), time(given.uniform[1])]
    if (least > most) {
      throw errors.HP_LOAD_OPTION({
        option,
        given: `${least}…${most} ms`,
        allowed: 'a range from less to more',
      })
    }
    return (random) => random.between(least, most)
  }
  if ('exponential' in given) {
    const mean = time(given.exponential)
    return (random) => mean * Math.min(tail, random.exponential())
  }
  if (!('lognormal' in given)) {
    const allowed = 'a duration, or uniform, exponential or lognormal'
    throw errors.HP_LOAD_OPTION({ option, given: JSON.stringify(given), allowed })
  }
  const median = time(given.lognormal)
  const sigma = within(`sigma of ${option}`, given.sigma ?? 0.5, { least: 0, most: 3 })
  return (random) => median * Math.min(tail, Math.exp(sigma * random.normal()))
}
