import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readsInPlace, writtenHeaders } from '../src/written-headers.ts'

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
