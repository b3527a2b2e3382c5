import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOf } from '../src/byte-range.ts'
import type { Validators } from '../src/conditional.ts'
import { serve } from './serving.ts'

const noValidators: Validators = { etag: undefined, lastModified: undefined }
const ask = (range: string, length = 10) => rangeOf({ range }, length, noValidators)

test('reads the three forms of a range, and cuts them to the body', () => {
  expect(ask('bytes=2-5')).toEqual({ first: 2, last: 5 })
  expect(ask('bytes=8-')).toEqual({ first: 8, last: 9 })
  expect(ask('bytes=-3')).toEqual({ first: 7, last: 9 })
  expect(ask('BYTES= 0-99 ')).toEqual({ first: 0, last: 9 })
  expect(ask('bytes=-99')).toEqual({ first: 0, last: 9 })
})

test('tells bytes that are not there from ranges that cannot be read', () => {
  for (const range of ['bytes=10-', 'bytes=10-20', 'bytes=-0'])
    expect([range, ask(range)]).toEqual([range, null])
  expect(ask('bytes=0-', 0)).toBeNull()
  for (const range of ['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,3-4', 'bytes=1', '']) {
    expect([range, ask(range)]).toEqual([range, undefined])
  }
})

test('compares If-Range strongly: another body is sent whole', () => {
  const lastModified = 'Thu, 01 Jan 2026 00:00:00 GMT'
  const strong = { etag: '"a"', lastModified }
  const askIf = (ifRange: string, validators: Validators) =>
    rangeOf({ range: 'bytes=0-1', 'if-range': ifRange }, 10, validators)
  expect(askIf('"a"', strong)).toEqual({ first: 0, last: 1 })
  expect(askIf(lastModified, strong)).toEqual({ first: 0, last: 1 })
  for (const other of ['"b"', 'W/"a"', 'Thu, 01 Jan 2026 00:00:01 GMT', 'x']) {
    expect([other, askIf(other, strong)]).toEqual([other, undefined])
  }
  expect(askIf('W/"a"', { ...strong, etag: 'W/"a"' })).toBeUndefined()
})

test('whatever the header, what is sent lies within the body', () => {
  const number = fc.oneof(fc.constant(''), fc.nat({ max: 30 }).map(String), fc.constant('9'.repeat(30)))
  const header = fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`)
  fc.assert(
    fc.property(header, fc.nat({ max: 20 }), (range, length) => {
      const found = ask(range, length)
      if (!found) return
      expect(found.first >= 0 && found.first <= found.last && found.last < length).toBe(true)
    }),
  )
})

test('answers a range from a stored whole body, and leaves it to the handler where there is none', async () => {
  let runs = 0
  await using app = await serve((_request, response) => {
    runs += 1
    response.writeHead(200, { 'cache-control': 'max-age=60', 'content-type': 'text/plain', etag: '"v1"' })
    response.end('0123456789')
  })
  const cold = await app.get('/x', { range: 'bytes=0-1' })
  expect([cold.status, cold.headers['cache-status']]).toEqual([200, 'hotpath; fwd=miss; detail=range'])
  await app.get('/x')
  const part = await app.get('/x', { range: 'bytes=2-5' })
  expect([part.status, part.body]).toEqual([206, '2345'])
  expect(part.headers).toMatchObject({
    'content-range': 'bytes 2-5/10',
    'content-length': '4',
    'content-type': 'text/plain',
    etag: '"v1"',
    age: '0',
  })
  const beyond = await app.get('/x', { range: 'bytes=10-' })
  expect([beyond.status, beyond.headers['content-range'], beyond.body]).toEqual([416, 'bytes */10', ''])
  expect((await app.get('/x', { range: 'bytes=0-1', 'if-range': '"v0"' })).body).toBe('0123456789')
  expect((await app.get('/x', { range: 'bytes=0-1, 4-5' })).status).toBe(200)
  expect((await app.get('/x', { range: 'bytes=0-1', 'if-none-match': '"v1"' })).status).toBe(304)
  expect((await app.ask('/x', { method: 'HEAD', headers: { range: 'bytes=0-1' } })).status).toBe(200)
  expect(runs).toBe(2)
})
