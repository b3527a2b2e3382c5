import { expect, test } from 'vitest'
import { requestText, type RequestOptions } from '../../src/http/request-text.ts'

const get = { method: 'GET', path: '/a?b=c', body: null }
const options: RequestOptions = { headers: [], host: 'example.org:8080', isLast: false }

test('a request has its host, says whether the connection stays, and then the fields of its step', () => {
  const headers = ['accept', '*/*', 'X-Name', 'Zo\xeb']
  expect(requestText(get, { ...options, headers })).toEqual({
    head: 'GET /a?b=c HTTP/1.1\r\nhost: example.org:8080\r\nconnection: keep-alive\r\naccept: */*\r\nX-Name: Zo\xeb\r\n\r\n',
    body: null,
  })
  expect(requestText(get, { ...options, isLast: true })).toMatchObject({
    head: expect.stringContaining('\r\nconnection: close\r\n'),
  })
})

test('a step may name another host and close the connection, and says its length as it is', () => {
  const headers = ['host', 'other.org', 'connection', 'Close', 'content-length', '6']
  expect(requestText({ method: 'POST', path: '/', body: 'naïve' }, { ...options, headers })).toEqual({
    head: 'POST / HTTP/1.1\r\nhost: other.org\r\nconnection: close\r\ncontent-length: 6\r\n\r\n',
    body: 'naïve',
  })
})

test('a body has a length, and so has the lack of one where it is expected', () => {
  const of = (method: string, body: string | Buffer | null) => requestText({ ...get, method, body }, options)
  expect(of('PUT', Buffer.from('12345'))).toMatchObject({
    head: expect.stringContaining('content-length: 5\r\n'),
  })
  expect(of('POST', null)).toMatchObject({
    head: expect.stringContaining('content-length: 0\r\n'),
    body: null,
  })
  expect(of('DELETE', '')).toMatchObject({ head: expect.not.stringContaining('content-length'), body: null })
})

test.for([
  [{ method: 'GET / HTTP/1.1\r\nx: y' }, [], 'invalid method'],
  [{ path: '/a b' }, [], 'invalid path'],
  [{ path: '/\r\nx: y' }, [], 'invalid path'],
  [{ path: 'http://elsewhere/' }, [], 'invalid path'],
  [{ path: '/ü€' }, [], 'invalid path'],
  [{}, ['x-name', 'a\r\nb: c'], 'invalid header x-name'],
  [{}, ['X Name', 'a'], 'invalid header x name'],
  [{}, ['x-name', '€'], 'invalid header x-name'],
  [{}, ['Transfer-Encoding', 'chunked'], 'invalid header transfer-encoding'],
  [{}, ['expect', '100-continue'], 'invalid header expect'],
  [{}, ['upgrade', 'h2c'], 'invalid header upgrade'],
  [{}, ['content-length', '7'], 'invalid header content-length'],
] as const)('%j with %j is refused: %s', ([step, headers, problem]) => {
  expect(requestText({ ...get, ...step }, { ...options, headers })).toBe(problem)
})
