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

test('a body that unpacks to far more than it says, or says too much, is refused before it takes memory', () => {
  const bomb = zstdCompressSync(Buffer.alloc(300_000_000))
  const says = (length: number) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(length)
    return Buffer.concat([head, bomb])
  }
  const before = process.memoryUsage().rss
  for (const length of [0, 1, 1000, 300_000_000, 0xff_ff_ff_ff]) {
    expect(() => codec.decode('jz', says(length)), `it says ${length}`).toThrow(unreadable)
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
})
