/** What an error message says of a value that has the wrong type. Never throws. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === undefined) return 'undefined'
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}

/** What a thrown value says of itself, in words. Never throws. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'string' ? thrown : describe(thrown)
}
