import { expect, test } from 'vitest'
import { createCodec } from '../../src/codec/codec.ts'

const codec = createCodec({ compressOver: 4096 })

class Money {
  readonly cents = 12
}

class Names extends Array<string> {}

class Bare {
  readonly names = []
}
Object.setPrototypeOf(Bare.prototype, null)

class Loop {
  get next(): Loop {
    return new Loop()
  }
}

test.for<[unknown, string]>([
  [() => 1, 'value is a function'],
  [{ a: [1, { load() {} }] }, 'value.a[1].load is a function'],
  [{ 'a b': { $c: Symbol('s') } }, 'value["a b"].$c is a symbol'],
  [{ rows: Promise.resolve([]) }, 'value.rows is a promise'],
  [[new Money()], 'value[0] is an instance of Money'],
  [Names.of('Ada'), 'value is an instance of Names'],
  [new (class extends Map {})(), 'value is an instance of a class without a name'],
  [Object.create(Bare.prototype), 'value is an instance of Bare'],
  [{ failed: new TypeError('no') }, 'value.failed is an instance of TypeError'],
  [new URL('http://localhost/'), 'value is an instance of URL'],
  [new WeakMap(), 'value is an instance of WeakMap'],
  [new SharedArrayBuffer(4), 'value is an instance of SharedArrayBuffer'],
  [new Map([['a', { deep: () => 1 }]]), '[...value.values()][0].deep is a function'],
  [new Map([[new Money(), 1]]), '[...value.keys()][0] is an instance of Money'],
  [new Set([1, new Loop()]), '[...value.values()][1] is an instance of Loop'],
  [[undefined, 1n, { f: () => 1 }], 'value[2].f is a function'],
])('%o cannot be written: %s', async ([value, problem]) => {
  await expect(codec.encode('ballot:12', value)).rejects.toMatchObject({
    code: 'HP_CACHE_VALUE_UNSERIALIZABLE',
    what: `Cannot write the value of "ballot:12" for Redis: ${problem}.`,
  })
})

test('what nests a hundred thousand deep is refused, as JSON and as a clone', async () => {
  let json: unknown = []
  let structured: unknown = [1n]
  for (let depth = 0; depth < 100_000; depth++) {
    json = [json]
    structured = [structured]
  }
  const refused = {
    code: 'HP_CACHE_VALUE_UNSERIALIZABLE',
    message: expect.stringContaining('nests too deeply') as string,
  }
  await expect(codec.encode('a', json)).rejects.toMatchObject(refused)
  await expect(codec.encode('a', structured)).rejects.toMatchObject(refused)
})

test('a getter that throws is reported with its reason', async () => {
  const row = {
    columns: [
      {
        get name() {
          throw new Error('no such column')
        },
      },
    ],
  }
  await expect(codec.encode('a', row)).rejects.toMatchObject({
    what: 'Cannot write the value of "a" for Redis: value.columns[0] cannot be read: no such column.',
  })
})

test('a proxy that cannot be cloned is refused', async () => {
  const proxy = new Proxy({ a: 1n }, {})
  await expect(codec.encode('a', proxy)).rejects.toMatchObject({ code: 'HP_CACHE_VALUE_UNSERIALIZABLE' })
})

test.for<[string, () => unknown, string]>([
  ['throws', () => expect.unreachable('on purpose'), 'the serializer threw'],
  ['returns a number', () => 12, 'the serializer returned 12, neither'],
  ['returns a promise', async () => 'text', 'the serializer returned a value of type object, neither'],
])('a serializer that %s is named with its key', async ([, serialize, problem]) => {
  const own = createCodec({
    compressOver: 4096,
    serializer: { serialize: serialize as () => string, deserialize: () => 1 },
  })
  await expect(own.encode('ballot:12', 1)).rejects.toMatchObject({
    code: 'HP_CACHE_VALUE_UNSERIALIZABLE',
    what: expect.stringContaining(`"ballot:12" for Redis: ${problem}`) as string,
  })
})
