import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSilence } from '../src/silence-request.ts'

const requestOf = (body: string) =>
  Object.assign(Readable.from([Buffer.from(body)]), {
    headers: { 'content-type': 'application/json' },
  }) as unknown as IncomingMessage
const read = (body: unknown) => readSilence(requestOf(JSON.stringify(body)))

test('a silence of a rule, of a route, or of everything', async () => {
  expect(await read({ for: '2h', reason: ' migration ' })).toEqual({
    rule: null,
    route: null,
    forMs: 7_200_000,
    reason: 'migration',
  })
  expect(await read({ for: '0s', reason: 'over', route: 'GET /a', rule: 'r' })).toMatchObject({
    forMs: 0,
    route: 'GET /a',
    rule: 'r',
  })
})

test.each([
  [{ for: '2h' }, '"reason"'],
  [{ for: '2h', reason: ' ' }, '"reason"'],
  [{ for: '2h', reason: 'x'.repeat(201) }, '"reason"'],
  [{ for: '31d', reason: 'x' }, '30 days'],
  [{ for: 'long', reason: 'x' }, '"for"'],
  [{ for: 5, reason: 'x' }, '"for"'],
  [{ for: '1h', reason: 'x', route: '' }, '"route"'],
  [{ for: '1h', reason: 'x', rule: {} }, '"rule"'],
])('%j is refused: %s', async (body, problem) => {
  await expect(read(body)).rejects.toThrow(problem)
})

test('whatever is sent, the answer is a silence or HP_SILENCE_INVALID', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
      await expect(readSilence(requestOf(body))).rejects.toHaveProperty('code', 'HP_SILENCE_INVALID')
    }),
  )
})
