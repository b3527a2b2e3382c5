/** The last so many records of numbers, in one piece of memory. */
export interface Records {
  put(number: number, values: readonly number[]): void
  /** Empty where nothing was put under that number, or it is longer ago than there is room. */
  get(number: number): number[]
}

/** Numbers are kept to seven digits (32-bit floats). */
export function createRecords({ size, width }: { size: number; width: number }): Records {
  const numbers = new Float64Array(size).fill(-1)
  const cells = new Float32Array(size * width)
  return {
    put(number, values) {
      const slot = number % size
      numbers[slot] = number
      cells.fill(0, slot * width, (slot + 1) * width)
      cells.set(values, slot * width)
    },
    get(number) {
      const slot = number % size
      if (numbers[slot] !== number) return []
      return [...cells.subarray(slot * width, (slot + 1) * width)]
    },
  }
}
