import { deserialize, serialize } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCodec } from '../../src/codec/codec.ts'

const codec = createCodec({ compressOver: 4096 })

async function roundTrip(value: unknown, { encode, decode } = codec): Promise<unknown> {
  const { format, body } = await encode('key', value)
  return decode(format, body)
}

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

test('anything that is data comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (value) => {
      expect(await roundTrip(value)).toEqual(value)
    }),
    { numRuns: 2000 },
  )
})

test('anything that is data comes back as it was, compressed', async () => {
  const compressing = createCodec({ compressOver: 0 })
  await fc.assert(
    fc.asyncProperty(anything, async (part) => {
      const value = Array.from({ length: 20 }, (_, index) => ({ index, part }))
      const { format, body } = await compressing.encode('key', value)
      expect(format).toMatch(/^[jv]z$/)
      expect(compressing.decode(format, body)).toEqual(value)
    }),
    { numRuns: 300 },
  )
})

test.for([
  ['a text', 'j'],
  ['', 'j'],
  ['\uD800 alone', 'j'],
  [0, 'j'],
  [1e300, 'j'],
  [true, 'j'],
  [null, 'j'],
  [[], 'j'],
  [[{ id: 1, names: ['Ada', null] }], 'j'],
  [JSON.parse('{"__proto__":{"a":1}}'), 'j'],
  [undefined, 'u'],
  [-0, 'v'],
  [NaN, 'v'],
  [[-Infinity], 'v'],
  [12n, 'v'],
  [new Date(12), 'v'],
  [{ at: new Date(NaN) }, 'v'],
  [new Map<unknown, unknown>([[{ a: 1 }, new Set([1, -0])]]), 'v'],
  [[undefined], 'v'],
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
  [[1, , 3], 'v'],
  [Buffer.from('bytes'), 'v'],
  [new Uint8Array([1, 2]), 'v'],
  [new Float64Array([1, NaN]), 'v'],
  [new Uint8Array([1, 2]).buffer, 'v'],
  [/a+/gi, 'v'],
] as const)('%o is written as %s and comes back strictly equal', async ([value, format]) => {
  const encoded = await codec.encode('key', value)
  expect(encoded.format).toBe(format)
  expect(codec.decode(encoded.format, encoded.body)).toStrictEqual(value)
})

test('what is one object stays one, cycles included', async () => {
  const author = { name: 'Ada' }
  const cycle: Record<string, unknown> = { author, again: author }
  cycle['self'] = cycle
  const back = (await roundTrip(cycle)) as typeof cycle
  expect(back['again']).toBe(back['author'])
  expect(back['self']).toBe(back)
  expect(back['author']).toEqual(author)
})

test('a value whose tree would be huge is written as the small graph it is', async () => {
  let graph: unknown = 'leaf'
  for (let depth = 0; depth < 60; depth++) graph = [graph, graph]
  const { format, body } = await codec.encode('key', graph)
  expect(format[0]).toBe('v')
  expect(body.byteLength).toBeLessThan(1000)
  expect(codec.decode(format, body)).toHaveLength(2)
})

test('an array of four billion holes is no reason to walk them', async () => {
  const sparse: number[] = []
  sparse[4_000_000_000] = 1
  const back = (await roundTrip(sparse)) as number[]
  expect(back.length).toBe(4_000_000_001)
  expect(back[4_000_000_000]).toBe(1)
})

test('a property that is undefined counts as absent', async () => {
  const { format, body } = await codec.encode('key', { a: 1, b: undefined })
  expect(format).toBe('j')
  expect(codec.decode(format, body)).toStrictEqual({ a: 1 })
})

test('values of another realm are written as those of this one', async () => {
  const foreign: unknown = runInNewContext(
    '({ list: [1, { a: 2 }], at: new Date(3), map: new Map([[1, 2]]), bytes: new Uint8Array([4]) })',
  )
  expect(await roundTrip(foreign)).toStrictEqual({
    list: [1, { a: 2 }],
    at: new Date(3),
    map: new Map([[1, 2]]),
    bytes: new Uint8Array([4]),
  })
})

test('a buffer within a value does not keep alive the larger one that it came in', async () => {
  const { format, body } = await codec.encode('key', { bytes: Buffer.from('abc') })
  const reply = Buffer.concat([Buffer.alloc(50_000), body])
  const { bytes } = codec.decode(format, reply.subarray(50_000)) as { bytes: Buffer }
  expect(bytes.toString()).toBe('abc')
  expect(Buffer.isBuffer(bytes)).toBe(true)
  expect(bytes.buffer.byteLength).toBeLessThan(1000)
})

test('what is small, or would hardly shrink, is not compressed', async () => {
  const small = await codec.encode('key', 'x'.repeat(4094))
  expect([small.format, small.body.byteLength]).toEqual(['j', 4096])
  const large = await codec.encode('key', 'x'.repeat(4095))
  expect(large.format).toBe('jz')
  expect(large.body.byteLength).toBeLessThan(100)
  const noise = crypto.getRandomValues(new Uint8Array(20_000))
  expect((await codec.encode('key', noise)).format).toBe('v')
  const never = createCodec({ compressOver: Infinity })
  expect((await never.encode('key', 'x'.repeat(100_000))).format).toBe('j')
})

test("the application's serializer writes texts and bytes, and undefined goes without it", async () => {
  const texts = createCodec({
    compressOver: 4096,
    serializer: {
      serialize: (value) => `${String(value)} €`,
      deserialize: (bytes) => bytes.toString().toUpperCase(),
    },
  })
  expect(await texts.encode('key', 'ada')).toEqual({ format: 's', body: Buffer.from('ada €') })
  expect(await roundTrip('ada', texts)).toBe('ADA €')
  expect((await texts.encode('key', 'x'.repeat(9000))).format).toBe('sz')
  expect(await roundTrip('x'.repeat(9000), texts)).toBe(`${'X'.repeat(9000)} €`)
  expect(await roundTrip(undefined, texts)).toBeUndefined()
  const bytes = createCodec({ compressOver: 4096, serializer: { serialize, deserialize } })
  expect(await roundTrip(new Map([[1, 2n]]), bytes)).toEqual(new Map([[1, 2n]]))
})

test('what was written before the serializer was given, or by one that is gone', async () => {
  const other = createCodec({ compressOver: 1, serializer: { serialize, deserialize } })
  const before = await codec.encode('key', { a: 1 })
  expect(other.decode(before.format, before.body)).toEqual({ a: 1 })
  const gone = await other.encode('key', { a: 1 })
  expect(() => codec.decode(gone.format, gone.body)).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_VALUE_UNREADABLE' }),
  )
})
