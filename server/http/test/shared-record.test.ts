import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeResponse, encodeResponse, type SharedResponse } from '../src/shared-record.ts'

const token = fc.stringMatching(/^[a-z][a-z-]{0,8}$/)
const value = fc.stringMatching(/^[ -~]{0,20}$/)
const optional = fc.option(value, { nil: undefined })
const vary = fc.array(fc.tuple(token, fc.option(value)), { maxLength: 3 })

const response: fc.Arbitrary<SharedResponse> = fc
  .record({
    key: fc.string(),
    url: fc.string(),
    target: fc.string(),
    route: fc.string(),
    set: fc.string(),
    at: fc.integer(),
    isDeclaredPublic: fc.boolean(),
    madeWith: fc.record({ authorization: fc.boolean(), cookie: fc.boolean() }),
    body: fc.uint8Array({ maxLength: 200 }),
    status: fc.integer({ min: 200, max: 599 }),
    statusMessage: value,
    headers: fc.array(fc.tuple(token, value), { maxLength: 5 }),
    etag: optional,
    lastModified: optional,
    freshMs: fc.nat(),
    staleMs: fc.nat(),
    errorMs: fc.nat(),
    mayBeStale: fc.boolean(),
    hasOwnTag: fc.boolean(),
    date: optional,
    ageMs: fc.nat(),
    isPublic: fc.boolean(),
    allowsCookies: fc.boolean(),
    vary,
  })
  .map(({ status, statusMessage, headers, etag, lastModified, freshMs, ...rest }) => {
    const { staleMs, errorMs, mayBeStale, ageMs, hasOwnTag, date, ...others } = rest
    const { isPublic, allowsCookies, vary: varies, body, ...own } = others
    const names = varies.map(([name]) => name)
    return {
      ...own,
      body: Buffer.from(body),
      varyValues: varies.map(([, given]) => given),
      terms: { freshMs, staleMs, errorMs, mayBeStale, ageMs, isPublic, allowsCookies, vary: names },
      head: {
        status,
        statusMessage,
        headers,
        hasOwnTag,
        date,
        contentLength: undefined,
        validators: { etag, lastModified },
      },
    }
  })

test('a response comes back as it was, body to the byte', () => {
  fc.assert(
    fc.property(response, (given) => {
      expect(decodeResponse(encodeResponse(given))).toEqual(given)
    }),
  )
})

test('the body is a copy: the bytes it came in may be used again', () => {
  const [sample] = fc.sample(
    response.filter(({ body }) => body.length > 0),
    1,
  )
  const bytes = encodeResponse(sample!)
  const { body } = decodeResponse(bytes)!
  bytes.fill(0)
  expect(body).toEqual(sample!.body)
})

test('whatever the bytes, it throws nothing and gives nothing that cannot be written', () => {
  const damaged = fc
    .tuple(response, fc.nat(), fc.nat({ max: 255 }), fc.boolean())
    .map(([given, at, byte, isCut]) => {
      const bytes = encodeResponse(given)
      if (isCut) return bytes.subarray(0, at % bytes.length)
      bytes[at % bytes.length] = byte
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (bytes) => {
      const read = decodeResponse(bytes)
      for (const [name, line] of read?.head.headers ?? []) {
        expect(name).toMatch(/^[\w!#$%&'*+\-.^`|~]+$/)
        expect(line).not.toMatch(/[\r\n\0]/)
      }
      expect(read === undefined || (read.head.status >= 200 && read.head.status <= 599)).toBe(true)
    }),
  )
})

test.each([
  ['a status that no client could be told', { head: { status: 99 } }],
  ['a reason phrase with a line end', { head: { statusMessage: 'OK\r\nX: y' } }],
  ['a header with a line end', { head: { headers: [['X', 'a\r\nSet-Cookie: b']] } }],
  ['a header without a name', { head: { headers: [['', 'a']] } }],
  ['headers that are no list', { head: { headers: 'x' } }],
  ['Vary without its values', { varyValues: [], terms: { vary: ['accept'] } }],
  ['an expiry that is no number', { terms: { freshMs: null } }],
  ['a key that is no text', { key: 7 }],
])('refuses %s', (_what, change: Record<string, unknown>) => {
  const [sample] = fc.sample(response, 1) as [SharedResponse]
  const { head, terms } = change as { head?: object; terms?: object }
  const changed = {
    ...sample,
    ...change,
    head: { ...sample.head, ...head },
    terms: { ...sample.terms, ...terms },
  }
  expect(decodeResponse(encodeResponse(changed as SharedResponse))).toBeUndefined()
})
