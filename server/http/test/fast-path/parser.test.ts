import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allowedFields } from '../../src/fast-path/allowed-fields.ts'
import { readHeaderFields } from '../../src/fast-path/header-fields.ts'
import { readRequestLine } from '../../src/fast-path/request-line.ts'

const lineEnd = (line: string) => readRequestLine(Buffer.from(line, 'latin1'), 0)
const block = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`

test('takes a GET of a path in HTTP/1.1, and says where its target ends', () => {
  expect(lineEnd('GET / HTTP/1.1\r\n')).toBe(5)
  expect(lineEnd('GET /a/%C3%A9?b="c"|{d} HTTP/1.1\r\nHost: a')).toBe('GET /a/%C3%A9?b="c"|{d}'.length)
  expect(readRequestLine(Buffer.from('xxGET /a HTTP/1.1\r\n'), 2)).toBe(8)
})

test.each([
  'HEAD /a HTTP/1.1\r\n',
  'get /a HTTP/1.1\r\n',
  '\r\nGET /a HTTP/1.1\r\n',
  'GET  /a HTTP/1.1\r\n',
  'GET\t/a HTTP/1.1\r\n',
  'GET a HTTP/1.1\r\n',
  'GET * HTTP/1.1\r\n',
  'GET http://a/ HTTP/1.1\r\n',
  'GET /a#b HTTP/1.1\r\n',
  'GET /a\0b HTTP/1.1\r\n',
  'GET /\x7f HTTP/1.1\r\n',
  'GET /é HTTP/1.1\r\n',
  'GET /a\tb HTTP/1.1\r\n',
  'GET /a b HTTP/1.1\r\n',
  'GET /a  HTTP/1.1\r\n',
  'GET /a HTTP/1.0\r\n',
  'GET /a HTTP/2.0\r\n',
  'GET /a http/1.1\r\n',
  'GET /a HTTP/1.1 \r\n',
  'GET /a HTTP/1.1\n',
  'GET /a HTTP/1.1\r',
  'GET /a HTTP/1.1\r\r\n',
  'GET /a\r\n',
  'GET /a HTT',
  'GET',
  '',
])('leaves %j to node:http', (line) => {
  expect(lineEnd(line)).toBe(-1)
})

test('reads the fields that browsers send', () => {
  const text = block('Host: a.example:80', 'ACCEPT: */*', 'Cookie: a=b; c="d, e"', 'Connection: Keep-Alive')
  expect(readHeaderFields(text)).toEqual({
    host: 'a.example:80',
    accept: '*/*',
    cookie: 'a=b; c="d, e"',
    connection: 'Keep-Alive',
  })
  expect(readHeaderFields(block('Host: [::1]:8080'))).toEqual({ host: '[::1]:8080' })
})

test.each([
  block('Accept: */*'),
  block('Host: a', 'Host: a'),
  block('Host: a', 'Accept: b', 'accept: c'),
  block('Host:'),
  block('Host: '),
  block('Host: a b'),
  block('Host: a/b'),
  block('Host: a@b'),
  block('Host: a, b'),
  block('Host : a'),
  block(' Host: a'),
  block('Host:a'),
  block('Host:  a'),
  block('Host: a '),
  block('Host:\ta'),
  block('Host: a', ' folded'),
  block('Host: a', '\tfolded'),
  block('Host: a', 'Accept: b\rc'),
  block('Host: a', 'Accept: b\nc'),
  block('Host: a', 'Accept: b\0c'),
  block('Host: a', 'Accept: \x80'),
  block('Host: a', 'Connection: close'),
  block('Host: a', 'Connection: keep-alive, upgrade'),
  block('Host: a', 'Content-Length: 0'),
  block('Host: a', 'Transfer-Encoding: chunked'),
  block('Host: a', 'Expect: 100-continue'),
  block('Host: a', 'Upgrade: websocket'),
  block('Host: a', 'Range: bytes=0-1'),
  block('Host: a', 'If-Match: "a"'),
  block('Host: a', 'Authorization: Bearer a'),
  block('Host: a', 'X-Anything: a'),
  block('Host: a', '__proto__: a'),
  block('Host: a', 'constructor: a'),
  block('Host: a', ': a'),
  block('Host: a', 'Accept'),
  block(''),
  'Host: a\r\n',
  'Host: a\r\n\n',
  '\r\n',
  '',
])('leaves the fields %j to node:http', (text) => {
  expect(readHeaderFields(text)).toBeUndefined()
})

test('reads in a head that it takes what node:http reads there', async () => {
  const seen: IncomingMessage[] = []
  const server = http.createServer((request, response) => {
    seen.push(request)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
  const printable = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  })
  const field = fc.tuple(fc.constantFrom(...allowedFields), printable)
  const heads = fc.tuple(printable, fc.array(field, { maxLength: 12 }))
  let taken = 0
  try {
    await fc.assert(
      fc.asyncProperty(heads, async ([path, fields]) => {
        const line = `GET /${path} HTTP/1.1\r\n`
        const lines = ['Host: a', ...fields.map(([name, value]) => `${name}: ${value}`)]
        const targetEnd = lineEnd(line)
        const headers = readHeaderFields(block(...lines))
        if (targetEnd === -1 || headers === undefined) return
        taken += 1
        socket.write(line + block(...lines))
        await expect.poll(() => seen.length, { interval: 1 }).toBe(taken)
        const { url, headers: read } = seen.at(-1)!
        expect({ url, headers: { ...read } }).toEqual({ url: line.slice(4, targetEnd), headers })
      }),
      { numRuns: 300 },
    )
  } finally {
    socket.destroy()
    server.close()
  }
  expect(taken).toBeGreaterThan(20)
})
