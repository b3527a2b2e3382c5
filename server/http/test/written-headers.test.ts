import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openTable, readsInPlace, setMadeHeader, writtenHeaders } from '../src/written-headers.ts'

test('this release of Node lets headers be read in place', () => {
  // Were this to fail, misses would still be right, and slower: Node keeps its headers in another way.
  expect(readsInPlace()).toBe(true)
})

test('reads in place what Node tells by its documented methods, whatever their names', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  expect(writtenHeaders(response)).toEqual({ keys: [], rows: [] })
  response.setHeader('X-One', 'a').setHeader('x-number', 1).setHeader('X-List', ['a', 'b'])
  response.appendHeader('X-One', 'b').setHeader('__proto__', 'p').setHeader('constructor', 'c')
  response.setHeader('X-Gone', 'x').removeHeader('x-gone')
  const names = (response as ServerResponse & { getRawHeaderNames(): string[] }).getRawHeaderNames()
  const keys = response.getHeaderNames()
  expect(keys).toHaveLength(5)
  expect(writtenHeaders(response)).toEqual({
    keys,
    rows: keys.map((key, index) => [names[index], response.getHeader(key)]),
  })
})

test('a header made by the cache stands as if setHeader had set it, and goes through whoever wraps that', () => {
  const [made, set] = [1, 2].map(() => new ServerResponse(new IncomingMessage(new Socket())))
  setMadeHeader(made!, 'X-First', 'a') // Where there is no table yet.
  setMadeHeader(made!, 'Cache-Status', 'hotpath; fwd=miss')
  set!.setHeader('X-First', 'a').setHeader('Cache-Status', 'hotpath; fwd=miss')
  expect(writtenHeaders(made!)).toEqual(writtenHeaders(set!))
  made!.appendHeader('CACHE-STATUS', 'more')
  expect(made!.getHeader('cache-status')).toEqual(['hotpath; fwd=miss', 'more'])
  const seen: unknown[] = []
  made!.setHeader = (...given) => (seen.push(given), made!)
  setMadeHeader(made!, 'ETag', '"a"')
  expect(seen).toEqual([['ETag', '"a"']])
  set!.flushHeaders()
  expect(() => setMadeHeader(set!, 'ETag', '"a"')).toThrow('after they are sent')
})

test('a table of our own serves Node as its own does', () => {
  const [ours, nodes] = [1, 2].map(() => new ServerResponse(new IncomingMessage(new Socket())))
  openTable(ours!)
  for (const response of [ours!, nodes!]) {
    expect([response.getHeaderNames(), response.hasHeader('constructor')]).toEqual([[], false])
    response.setHeader('__proto__', 'p').setHeader('constructor', 'c').setHeader('X-List', ['a', 'b'])
    response.setHeader('X-Gone', 'x').removeHeader('x-gone')
    response.appendHeader('Date', 'now')
  }
  expect(ours!.getHeaders()).toEqual(nodes!.getHeaders())
  expect(writtenHeaders(ours!)).toEqual(writtenHeaders(nodes!))
  const headOf = (response: ServerResponse) => {
    response.writeHead(200, { 'X-Late': '1' })
    return (response as ServerResponse & { _header: string })['_header']
  }
  const head = headOf(ours!)
  expect(head).toContain('__proto__: p\r\nconstructor: c\r\nX-List: a\r\nX-List: b\r\n')
  expect(head).toBe(headOf(nodes!))
})
