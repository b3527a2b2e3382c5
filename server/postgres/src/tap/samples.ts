/** The values of one execution. */
export interface ParameterSample {
  readonly values: readonly unknown[]
  /** How long that execution took, in milliseconds. */
  readonly durationMs: number
}

/** Values of a statement's executions: an even choice of all of them, and the slowest of all. */
export interface Samples {
  /** Takes note of one execution. The values are copied only when they are kept. */
  offer(values: readonly unknown[], durationMs: number): void
  /** The slowest first. */
  all(): readonly ParameterSample[]
}

/** Values longer than this (characters or bytes) are left out with their whole execution. */
const longestValue = 8_192

/** Keeps the slowest and `size - 1` others by reservoir sampling (Vitter's algorithm R). `random` gives 0 up to 1. */
export function createSamples(size: number, random: () => number): Samples {
  const reservoir: ParameterSample[] = []
  let slowest: ParameterSample | undefined
  let seen = 0

  return {
    offer(values, durationMs) {
      if (size === 0) return
      seen += 1
      const isSlowest = slowest === undefined || durationMs > slowest.durationMs
      const place = seen < size ? seen - 1 : Math.floor(random() * seen)
      if ((!isSlowest && place >= size - 1) || !values.every(isShort)) return
      const sample = { values: [...values], durationMs }
      if (place < size - 1) reservoir[place] = sample
      if (isSlowest) slowest = sample
    },
    all() {
      const others = reservoir.filter((one) => one !== slowest)
      return slowest ? [slowest, ...others].sort((a, b) => b.durationMs - a.durationMs) : others
    },
  }
}

function isShort(value: unknown): boolean {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length <= longestValue
  if (Array.isArray(value)) return value.length <= 1_000 && value.every(isShort)
  // An object is sent as JSON, whose length is known only by making it.
  return (
    value === null || typeof value !== 'object' || value instanceof Date || isShort(JSON.stringify(value))
  )
}
