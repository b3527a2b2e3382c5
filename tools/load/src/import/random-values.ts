import type { Random } from '../random/random.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const longest = 100_000

/** `length` letters and digits, or characters of `from`. */
export function randomText(random: Random, length: number, from: string = alphabet): string {
  let text = ''
  const count = Math.min(longest, Math.max(0, Math.trunc(length) || 0))
  for (let index = 0; index < count; index++) text += from[random.integer(from.length)] ?? ''
  return text
}

/** A whole number between both bounds, which it may reach. */
export function randomWhole(random: Random, low: number, high: number): number {
  return Math.floor(low + random.next() * (high - low + 1))
}

/** A version 4 UUID (RFC 9562 §5.4) from the run's seed: the same in each run. */
export function randomUuid(random: Random): string {
  const digits = Array.from({ length: 32 }, () => random.integer(16))
  digits[12] = 4
  digits[16] = 8 + (digits[16]! % 4)
  const hex = digits.map((digit) => digit.toString(16)).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
