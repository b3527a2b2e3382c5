import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokens } from '../src/token.ts'

const tokens = createTokens(Buffer.alloc(32, 7))
const now = Date.UTC(2026, 10, 20)
const hour = 3_600_000

test('reads back what it issued, until it expires', () => {
  const { token, expiresAt } = tokens.issue({ userId: 12, role: 'candidate' }, now)
  expect(tokens.read(token, now)).toEqual({ userId: 12, role: 'candidate' })
  expect(tokens.read(token, expiresAt - 1)).not.toBeNull()
  expect(tokens.read(token, expiresAt)).toBeNull()
  expect(expiresAt - now).toBe(12 * hour)
})

test('refuses a token of another secret', () => {
  const { token } = createTokens(Buffer.alloc(32, 8)).issue({ userId: 1, role: 'administrator' }, now)
  expect(tokens.read(token, now)).toBeNull()
})

test('refuses a payload that was exchanged, whatever it says', () => {
  const [, signature] = tokens.issue({ userId: 1, role: 'voter' }, now).token.split('.')
  fc.assert(
    fc.property(fc.json(), (payload) => {
      const forged = `${Buffer.from(payload).toString('base64url')}.${signature}`
      expect(tokens.read(forged, now)).toBeNull()
    }),
  )
})

test('refuses any other text, without throwing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(tokens.read(text, now)).toBeNull()
    }),
  )
})
