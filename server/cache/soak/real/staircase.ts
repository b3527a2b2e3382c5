/** The newest version known at each moment, where both only ever grow. */
export interface Staircase {
  /** From `at` on, at least `version`. */
  raise(at: number, version: number): void
  /** The newest version of all raised at or before `at`; 0 if there is none. */
  newestBy(at: number): number
}

export function createStaircase(): Staircase {
  const steps: { at: number; version: number }[] = []
  /** How many steps lie at or before `at`. */
  function countBy(at: number): number {
    let low = 0
    let high = steps.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (steps[middle]!.at <= at) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    raise(at, version) {
      const index = countBy(at)
      if (index > 0 && steps[index - 1]!.version >= version) return
      let passed = index
      while (passed < steps.length && steps[passed]!.version <= version) passed += 1
      steps.splice(index, passed - index, { at, version })
    },
    newestBy(at) {
      const index = countBy(at)
      return index === 0 ? 0 : steps[index - 1]!.version
    },
  }
}
