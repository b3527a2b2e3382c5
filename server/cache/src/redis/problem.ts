import type { RedisAddress } from './address.ts'

/** What went wrong in the words of Redis or of the system, without the password. */
export function describeProblem(error: unknown, { password }: RedisAddress): string {
  // An old server repeats the greeting that it does not know, cut off at some length.
  const words = wordsOf(error).replace(/,? with args beginning with:.*/s, '')
  return password === undefined ? words : words.replaceAll(password, '***')
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A name with several addresses fails once for each of them.
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0])
  return error.message || error.name
}
