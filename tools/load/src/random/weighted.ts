import { errors } from '../errors.ts'
import type { Random } from './random.ts'

/** Draws an index with the probability that its weight asks for. */
export type Draw = (random: Random) => number

/**
 * A sampler over `weights`, exact: a cumulative table and a binary search.
 * @throws HP_LOAD_OPTION when a weight is negative or none is above 0
 */
export function createWeightedDraw(weights: readonly number[]): Draw {
  const upTo = new Float64Array(weights.length)
  let total = 0
  for (const [index, weight] of weights.entries()) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw errors.HP_LOAD_OPTION({ option: 'weight', given: weight, allowed: 'a number of 0 or more' })
    }
    total += weight
    upTo[index] = total
  }
  if (total === 0) {
    throw errors.HP_LOAD_OPTION({
      option: 'weights',
      given: '0 in total',
      allowed: 'above 0 for at least one',
    })
  }
  return (random) => firstAbove(upTo, random.next() * total)
}

function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}
