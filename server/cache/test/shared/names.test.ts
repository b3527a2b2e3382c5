import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNames, safeName } from '../../src/shared/names.ts'

/** Any sequence of UTF-16 units: lone surrogates and control characters included, often long. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 300 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '#',
    '\u007F',
    'a:b',
    '{x}',
    '%',
    'é',
    'e\u0301',
    '\uD800',
    '\uD801',
    '\uFFFD',
    '🗳',
    '\u2028',
  ),
)

test('names are short, hold nothing that separates, and survive UTF-8', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const name = safeName(text)
      expect(name.length).toBeGreaterThan(0)
      expect(name.length).toBeLessThanOrEqual(200)
      expect(name).not.toMatch(/[\t\n\r\0]/)
      expect(Buffer.from(name).toString()).toBe(name)
    }),
    { numRuns: 2000 },
  )
})

test('different texts have different names', () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      expect(safeName(one) === safeName(other)).toBe(one === other)
    }),
    { numRuns: 2000 },
  )
})

test.for<[what: string, one: string, other: string]>([
  ['a digest and the text that has it', 'x'.repeat(201), safeName('x'.repeat(201))],
  ['two lone surrogates', '\uD800', '\uD801'],
  ['a lone surrogate and what replaces it', '\uD800', '\uFFFD'],
  ['a lone surrogate and its escape', `\uD800${'x'.repeat(300)}`, JSON.stringify(`\uD800${'x'.repeat(300)}`)],
  ['normal forms', 'é', 'e\u0301'],
  ['the same but for the end', `${'x'.repeat(1_000_000)}a`, `${'x'.repeat(1_000_000)}b`],
])('%s stay apart', ([, one, other]) => {
  expect(safeName(one)).not.toBe(safeName(other))
})

test('plain names are kept as they are, so that people can read them in Redis', () => {
  for (const text of ['ballot:12', 'user name', 'Zürich', 'x'.repeat(200), 'a#b', '{x}'])
    expect(safeName(text)).toBe(text)
})

const app = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const namespace = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(encodeURIComponent)

test('all names of one application share its hash tag, and only marks begin as marks do', () => {
  fc.assert(
    fc.property(app, namespace, anyText, (app, namespace, key) => {
      const names = createNames(app)
      const place = { namespace, version: '1', name: safeName(key) }
      const marks = [
        names.tagMark(key),
        names.scopeMark(namespace),
        names.keyMark(namespace, place.name),
        names.ackMark('t'),
      ]
      const others = [names.clock, names.nodes, names.acks('t'), names.entry(place), names.lease(place)]
      for (const name of [...marks, ...others]) expect(hashTag(name)).toBe(encodeURIComponent(app))
      expect(new Set([...marks, ...others]).size).toBe(9)
      for (const mark of marks) expect(mark.startsWith(names.marks)).toBe(true)
      for (const other of others) expect(other.startsWith(names.marks)).toBe(false)
    }),
  )
})

/** Cluster specification: what stands between the first { and the next }, unless empty. */
const hashTag = (key: string) => /^[^{]*\{([^}]+)\}/.exec(key)?.[1]

test('a key mark tells its namespace and key, other marks and foreign keys nothing', () => {
  fc.assert(
    fc.property(app, namespace, anyText, (app, namespace, key) => {
      const names = createNames(app)
      const name = safeName(key)
      expect(names.readKeyMark(names.keyMark(namespace, name))).toEqual({ namespace, name })
      expect(names.readKeyMark(names.tagMark(key))).toBe(undefined)
      expect(names.readKeyMark(names.scopeMark(namespace))).toBe(undefined)
      expect(names.readKeyMark(`${names.keyMarks}foreign`)).toBe(undefined)
    }),
  )
})

test('entries are named by prefix, namespace, version and name, as the scripts name them', () => {
  const names = createNames('a b')
  const place = { namespace: 'n', version: '2', name: 'k:1' }
  expect(names.entry(place)).toBe(`${names.entries}n@2:k:1`)
  expect(names.lease(place)).toBe(`${names.leases}n@2:k:1`)
  expect(names.keyMark('n', 'k:1')).toBe(`${names.keyMarks}n:k:1`)
})
