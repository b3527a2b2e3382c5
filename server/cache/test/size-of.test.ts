import { sizeOf } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

test('buffers and long texts count by their length', () => {
  expect(Math.abs(sizeOf(Buffer.alloc(100_000)) - 100_000)).toBeLessThan(100)
  expect(Math.abs(sizeOf(new ArrayBuffer(5000)) - 5000)).toBeLessThan(100)
  expect(Math.abs(sizeOf('x'.repeat(10_000)) - 10_000)).toBeLessThan(100)
  expect(Math.abs(sizeOf(`€${'x'.repeat(10_000)}`) - 20_000), 'one wide character widens all').toBeLessThan(
    100,
  )
})

test('what an object refers to counts, once', () => {
  const text = 'x'.repeat(1000)
  const part = { text }
  expect(sizeOf([part, part])).toBeLessThan(1.2 * sizeOf(part))
  expect(sizeOf([{ text }, { text: `${text}y` }])).toBeGreaterThan(1.9 * sizeOf(part))
  expect(sizeOf(new Map([['key', part]]))).toBeGreaterThan(sizeOf(part))
  expect(sizeOf(new Set([part]))).toBeGreaterThan(sizeOf(part))
})

test('a cycle and a very deep value come to an end', () => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  expect(sizeOf(loop)).toBeLessThan(100)
  let deep: unknown = null
  for (let depth = 0; depth < 200_000; depth++) deep = { deep }
  expect(sizeOf(deep)).toBeGreaterThan(200_000 * 8)
})

test('any value has a size, and a part is never larger than the whole', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
      const size = sizeOf(value)
      expect(size).toBeGreaterThan(0)
      expect(Number.isFinite(size)).toBe(true)
      expect(sizeOf([value])).toBeGreaterThan(size)
    }),
  )
})
