import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { partOf } from '../src/chunk.ts'
import {
  bodyLength,
  bodyOf,
  headersOf,
  renew,
  representation,
  roomBytes,
  withRoom,
} from '../src/representation.ts'

const header = fc.tuple(fc.stringMatching(/^X-[A-Z]{1,8}$/), fc.stringMatching(/^[!-~\u00A1-\u00FF]{0,30}$/))
const headers = fc.array(header, { maxLength: 5 })
// Beyond what is worth a place beside others, too.
const body = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.nat(12_000).map((length) => 'é'.repeat(length)),
  fc.uint8Array({ maxLength: 300 }),
)
const step = fc.constantFrom('read', 'room', 'renew')

test('each of many representations keeps its own bytes, wherever they lie and are moved', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(headers, body, step), { minLength: 1, maxLength: 40 }), (given) => {
      const made = given.map(([lines, content]) => representation(lines, partOf(content, undefined), false))
      for (const [index, [, , what]] of given.entries()) {
        const form = made[index]!
        if (what === 'read') continue
        // What belongs to one answer fills the room, and nothing beside it.
        withRoom(form).fill('#', 0, roomBytes)
        if (what === 'renew') renew(form)
      }
      for (const [index, [lines, content]] of given.entries()) {
        const form = made[index]!
        const bytes = Buffer.from(content as string)
        expect(bodyOf(form).equals(bytes)).toBe(true)
        expect(bodyLength(form)).toBe(bytes.length)
        expect(headersOf(form)).toEqual(lines)
      }
    }),
  )
})

test('a handler may use its buffer again once its response is stored', () => {
  const buffer = Buffer.from('first')
  const form = representation([], partOf(buffer, undefined), false)
  buffer.fill('x')
  expect(bodyOf(form).toString()).toBe('first')
})
