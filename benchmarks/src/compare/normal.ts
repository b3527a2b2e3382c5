import { createRandom } from '@hotpath/load'

/** Standard normal numbers, seeded (Box and Muller, 1958), beside the uniform ones of the same source. */
export interface Draws {
  normal(): number
  uniform(): number
}

export function createDraws(seed: number): Draws {
  const random = createRandom(seed)
  return {
    normal: () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
    uniform: () => random.next(),
  }
}
