import { createWeightedDraw, type Draw } from './weighted.ts'
import { errors } from '../errors.ts'

/**
 * Draws ranks 0…`count` − 1 by Zipf's law: rank k with a probability in proportion to 1 / (k + 1)^`exponent`.
 * Exact, from a table of `count` numbers; exponent 0 is uniform, web traffic lies near 0.6…1.1 (Breslau et al., 1999).
 * @throws HP_LOAD_OPTION when `count` is not in 1…10,000,000 or `exponent` not in 0…10
 */
export function createZipf(count: number, exponent: number): Draw {
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000_000)) {
    throw errors.HP_LOAD_OPTION({ option: 'count', given: count, allowed: 'a whole number in 1…10,000,000' })
  }
  if (!(exponent >= 0 && exponent <= 10)) {
    throw errors.HP_LOAD_OPTION({ option: 'exponent', given: exponent, allowed: 'a number in 0…10' })
  }
  return createWeightedDraw(Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent))
}
