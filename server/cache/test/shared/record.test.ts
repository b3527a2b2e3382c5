import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeName } from '../../src/shared/names.ts'
import {
  decodeRecord,
  encodeRecord,
  encodeTail,
  recordId,
  type StoredRecord,
} from '../../src/shared/record.ts'

const token = fc.stringMatching(/^[a-z0-9]{1,24}$/)
const time = fc.integer({ min: 0, max: 4e12 })
const record: fc.Arbitrary<StoredRecord> = fc.record({
  id: token,
  epoch: token,
  asOf: fc.maxSafeNat(),
  freshUntil: time,
  staleUntil: time,
  keepUntil: time,
  format: fc.stringMatching(/^[a-z]{1,3}$/),
  loadMs: fc.nat(),
  size: fc.nat(),
  tags: fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }).map(safeName), { maxLength: 5 }),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
})

test('comes back as it was, wherever in its memory it lies', () => {
  fc.assert(
    fc.property(record, fc.nat({ max: 9 }), (record, offset) => {
      const bytes = encodeRecord(record)
      const within = new Uint8Array(bytes.length + offset + 5)
      within.set(bytes, offset)
      const view = within.subarray(offset, offset + bytes.length)
      for (const form of [bytes, view]) {
        expect(decodeRecord(form)).toEqual(record)
        expect(recordId(form)).toBe(record.id)
      }
    }),
  )
})

test('the tail is what stands behind the stamp', () => {
  fc.assert(
    fc.property(record, (record) => {
      const head = Buffer.from(`1\t${record.id}\t${record.epoch}\t${record.asOf}\t`)
      expect(Buffer.concat([head, encodeTail(record)])).toEqual(encodeRecord(record))
    }),
  )
})

test('times are written in whole milliseconds', () => {
  const times = { freshUntil: 1.4, staleUntil: 2.6, keepUntil: 1_795_237_524_221.5, loadMs: 0.4 }
  const [sample] = fc.sample(record, 1) as [StoredRecord]
  expect(decodeRecord(encodeRecord({ ...sample, ...times }))).toMatchObject({
    freshUntil: 1,
    staleUntil: 3,
    keepUntil: 1_795_237_524_222,
    loadMs: 0,
  })
})

test('whatever is cut off or added is no record', () => {
  fc.assert(
    fc.property(record, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (record, cut, more) => {
      const bytes = encodeRecord(record)
      expect(decodeRecord(bytes.subarray(0, cut % bytes.length))).toBe(undefined)
      expect(decodeRecord(Buffer.concat([bytes, more]))).toBe(undefined)
    }),
    { numRuns: 1000 },
  )
})

/** The numbers of a record that can be calculated with; undefined when the bytes are none. */
function numbersIn(bytes: Uint8Array): number[] | undefined {
  recordId(bytes)
  const decoded = decodeRecord(bytes)
  return decoded && [decoded.asOf, decoded.freshUntil, decoded.staleUntil, decoded.keepUntil, decoded.loadMs]
}

test('changed bytes give a record or none, and never throw', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(record, fc.array(change, { minLength: 1, maxLength: 10 }), (record, changes) => {
      const bytes = encodeRecord(record)
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      expect(numbersIn(bytes)?.every(Number.isFinite)).not.toBe(false)
    }),
    { numRuns: 3000 },
  )
})

test('any bytes give a record or none, and never throw', () => {
  const pieces = fc.constantFrom('1', '\t', '\n', '0', '-1', 'NaN', '1e999', ' ', '', 'a', '\u0000', '\uFFFD')
  const almost = fc.array(pieces, { maxLength: 40 }).map((texts) => Buffer.from(texts.join('')))
  fc.assert(
    fc.property(fc.oneof(almost, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      expect(numbersIn(bytes)?.every(Number.isFinite)).not.toBe(false)
    }),
    { numRuns: 5000 },
  )
})

test.for<[what: string, text: string]>([
  ['nothing', ''],
  ['another layout', '2\ti\te\t1\t1\t1\t1\tj\t1\t0\n'],
  ['a missing field', '1\ti\te\t1\t1\t1\t1\tj\t0\n'],
  ['an empty number', '1\ti\te\t\t1\t1\t1\tj\t1\t0\n'],
  ['a number with a space', '1\ti\te\t 1\t1\t1\t1\tj\t1\t0\n'],
  ['a number in another notation', '1\ti\te\t0x1\t1\t1\t1\tj\t1\t0\n'],
  ['a stamp above all others', '1\ti\te\t1e308\t1\t1\t1\tj\t1\t0\n'],
  ['a negative stamp', '1\ti\te\t-1\t1\t1\t1\tj\t1\t0\n'],
  ['a fraction of a stamp', '1\ti\te\t1.5\t1\t1\t1\tj\t1\t0\n'],
  ['no epoch', '1\ti\t\t1\t1\t1\t1\tj\t1\t0\n'],
  ['no id', '1\t\te\t1\t1\t1\t1\tj\t1\t0\n'],
  ['an empty tag', '1\ti\te\t1\t1\t1\t1\tj\t1\t0\t\n'],
  ['a header without an end', `1\ti\te\t1\t1\t1\t1\tj\t1\t0\t${'x'.repeat(2_000_000)}`],
  ['a header without measure', `1\ti\te\t1\t1\t1\t1\tj\t1\t0\t${'x'.repeat(2_000_000)}\n`],
])('%s is no record', ([, text]) => {
  expect(decodeRecord(Buffer.from(text))).toBe(undefined)
})
