import { zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCodec } from '../../src/codec/codec.ts'

const codec = createCodec({ compressOver: 64 })
const unreadable: unknown = expect.objectContaining({ code: 'HP_CACHE_VALUE_UNREADABLE' })

const plain = { rows: Array.from({ length: 30 }, (_, id) => ({ id, name: `candidate ${id}` })) }
const structured = { ...plain, at: new Date(12), bytes: Buffer.from('abcdef'), counts: new Map([[1n, -0]]) }

test('random bytes are unreadable in every format but JSON, which may find a number in them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('v', 'jz', 'vz', 's'), (body, format) => {
      expect(() => codec.decode(format, body)).toThrow(unreadable)
    }),
    { numRuns: 2000 },
  )
  expect(() => codec.decode('j', Buffer.from('{"a":'))).toThrow(unreadable)
  expect(() => codec.decode('j', Buffer.alloc(0))).toThrow(unreadable)
})

test('formats that nobody writes are unreadable', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 4 }), (format) => {
      fc.pre(format !== 'j')
      expect(() => codec.decode(format, Buffer.from('1'))).toThrow(unreadable)
    }),
  )
})

test.for([
  { name: 'compressed JSON', value: plain, over: 64, format: 'jz' },
  { name: 'a structured clone', value: structured, over: Infinity, format: 'v' },
  { name: 'a compressed clone', value: structured, over: 64, format: 'vz' },
])('$name that was cut off, prolonged or damaged is unreadable', async ({ value, over, format }) => {
  const { encode, decode } = createCodec({ compressOver: over })
  const { body, format: written } = await encode('key', value)
  expect(written).toBe(format)
  for (let length = 0; length < body.byteLength; length++) {
    expect(() => decode(format, body.subarray(0, length)), `the first ${length} bytes`).toThrow(unreadable)
  }
  fc.assert(
    fc.property(fc.nat(body.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(body)
      damaged[at] = damaged[at]! ^ change
      expect(readOrThrow(() => decode(format, damaged))).toEqual(value)
    }),
    { numRuns: 1000 },
  )

  /** Bits of zstd's frame header that mean nothing may be damaged: then the value must be the same. */
  function readOrThrow(read: () => unknown): unknown {
    try {
      return read()
    } catch (thrown) {
      expect(thrown).toEqual(unreadable)
      return value
    }
  }
})

/** A compressed body of JSON that says it is so long. */
function compressed(json: Buffer, says: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(says)
  return Buffer.concat([head, zstdCompressSync(json)])
}

test('a body that unpacks to more or less than it says is unreadable', () => {
  const json = Buffer.from('"a text"')
  expect(codec.decode('jz', compressed(json, json.byteLength))).toBe('a text')
  for (const says of [0, 1, 7, 9, 1_000_000, 0xff_ff_ff_ff]) {
    expect(() => codec.decode('jz', compressed(json, says)), `it says ${says}`).toThrow(unreadable)
  }
})

test('a small body that would unpack to something huge is refused, whatever it says', () => {
  const huge = Buffer.alloc(80_000_000, ' ')
  huge.write('1')
  const honest = compressed(huge, huge.byteLength)
  expect(honest.byteLength).toBeLessThan(10_000)
  expect(() => codec.decode('jz', honest)).toThrow(unreadable)
  const cutShort: unknown = expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' })
  expect(() => codec.decode('jz', compressed(huge, 1))).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_VALUE_UNREADABLE', cause: cutShort }),
  )
})
