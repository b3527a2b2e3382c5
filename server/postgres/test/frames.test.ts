import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frame, frameReader } from '../src/pglite/frames.ts'

const kinds = ['ready', 'bytes', 'failed'] as const

test('frames come out as they went in, however they were cut on the way', () => {
  const frames = fc.array(fc.record({ kind: fc.constantFrom(...kinds), body: fc.uint8Array() }))
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (sent, cuts) => {
      const whole = Buffer.concat(sent.map(({ kind, body }) => frame(kinds, kind, [body])))
      const read = frameReader(kinds)
      const received = []
      for (let offset = 0; offset < whole.length;) {
        const end = offset + cuts.next().value
        received.push(...read(whole.subarray(offset, end)))
        offset = end
      }
      expect(received.map(({ kind, body }) => ({ kind, body: [...body] }))).toEqual(
        sent.map(({ kind, body }) => ({ kind, body: [...body] })),
      )
    }),
  )
})

test('a frame of several parts is one body', () => {
  const bytes = frame(kinds, 'bytes', [Buffer.from('on'), Buffer.from(''), Buffer.from('e')])
  expect(frameReader(kinds)(bytes).map(({ body }) => Buffer.from(body).toString())).toEqual(['one'])
})
