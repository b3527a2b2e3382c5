import { HotpathError } from '@hotpath/core'

/** What the network or a server that starts, stops or is full says; it may say otherwise in a moment. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '53300',
  '57P01',
  '57P02',
  '57P03',
])

/** Whether a failed attempt to connect is worth another one. A wrong password or name is not. */
export function isWorthRetrying(error: Error & { code?: string }): boolean {
  if (error instanceof HotpathError) return false
  const { code, message } = error
  if (code !== undefined) return passing.has(code) || code.startsWith('08')
  return /terminated unexpectedly|terminated due to connection timeout/.test(message)
}

/** The pause before attempt `attempt` (1 is the first repeat): `factor` times the one before, within a quarter, in milliseconds. */
export function pauseBefore(
  attempt: number,
  { baseMs, factor, random }: { baseMs: number; factor: number; random: number },
): number {
  return baseMs * factor ** (attempt - 1) * (0.75 + random / 2)
}
