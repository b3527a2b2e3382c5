import { describe, expect, test } from 'vitest'
import { cut, readPieces } from './read.ts'

const line = 'HTTP/1.1 200 OK\r\n'
const whole = (text: string, isHead = false) => readPieces([Buffer.from(text, 'latin1')], isHead)

describe('an answer ends', () => {
  const answers: [string, string, string][] = [
    ['behind as many bytes as it says', `${line}Content-Length: 5\r\n\r\nhello`, 'hello'],
    ['with its head, when it has no body', `${line}content-length: 0\r\n\r\n`, ''],
    ['with its head, when its status has none', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    [
      'behind its last chunk',
      `${line}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n`,
      'hello world',
    ],
    [
      'behind its trailers',
      `${line}transfer-encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\nDigest: a\r\nB: c\r\n\r\n`,
      'x',
    ],
    ['with the connection, when nothing else is said', `${line}x: y\r\n\r\nuntil here`, 'until here'],
    [
      'and is the one that interim answers announced',
      `HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${line}content-length: 1\r\n\r\nx`,
      'x',
    ],
  ]

  test.for(answers)('%s, in whatever pieces it comes', ([, text, body]) => {
    for (let at = 0; at <= text.length; at++) {
      expect(readPieces(cut(text, [at]))).toMatchObject({ outcome: 'whole', body })
    }
    expect(
      readPieces(
        cut(
          text,
          Array.from(text, (_, at) => at),
        ),
      ),
    ).toMatchObject({
      outcome: 'whole',
      body,
    })
  })

  test('with its head, when HEAD was asked', () => {
    expect(whole(`${line}content-length: 500\r\n\r\n`, true)).toMatchObject({ outcome: 'whole', body: '' })
  })
})

describe('an answer is an error', () => {
  test.for([
    ['that ends in its head', `${line}content-le`, 'closed early'],
    ['that ends before its length', `${line}content-length: 6\r\n\r\nhello`, 'closed early'],
    [
      'that ends before its last chunk',
      `${line}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
      'closed early',
    ],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 'malformed answer'],
    ['that changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'malformed answer'],
    ['with two lengths', `${line}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`, 'malformed answer'],
    ['whose length is no number', `${line}content-length: five\r\n\r\nhello`, 'malformed answer'],
    [
      'with a length and chunks',
      `${line}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      'malformed answer',
    ],
    ['whose chunks are none', `${line}transfer-encoding: chunked\r\n\r\nhello\r\n`, 'malformed answer'],
    [
      'with bytes behind a chunk',
      `${line}transfer-encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n`,
      'malformed answer',
    ],
    ['with a field that is none', `${line}no colon\r\n\r\n`, 'malformed answer'],
    ['with a folded field', `${line}x: y\r\n z\r\n\r\n`, 'malformed answer'],
    ['with a control character', `${line}x: \u0001\r\n\r\n`, 'malformed answer'],
    ['whose head never ends', `${line}x: ${'y'.repeat(20_000)}`, 'head too large'],
    ['whose head is large', `${line}x: ${'y'.repeat(20_000)}\r\n\r\n`, 'head too large'],
    [
      'whose trailers never end',
      `${line}transfer-encoding: chunked\r\n\r\n0\r\nx: ${'y'.repeat(40_000)}`,
      'malformed answer',
    ],
  ])('%s', ([, text, outcome]) => {
    expect(whole(text!).outcome).toBe(outcome)
    expect(readPieces(cut(text!, [text!.length >> 1])).outcome).toBe(outcome)
  })
})

describe('another request can follow', () => {
  const ofLength = 'content-length: 1\r\n\r\nx'
  test.for([
    [`${line}${ofLength}`, true],
    [`${line}connection: keep-alive\r\n${ofLength}`, true],
    [`${line}connection: close\r\n${ofLength}`, false],
    [`${line}connection: x-a, Close\r\n${ofLength}`, false],
    [`${line}connection: x-a\r\n${ofLength}`, true],
    [`HTTP/1.0 200 OK\r\n${ofLength}`, false],
    [`HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\n${ofLength}`, true],
    [`${line}\r\nuntil here`, false],
    [`${line}transfer-encoding: gzip\r\n\r\nuntil here`, false],
    [`${line}${ofLength} and what nobody asked for`, false],
    [`HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n`, false],
    [`HTTP/1.1 304 Not Modified\r\n\r\n`, true],
  ] as const)('%j: %s', ([text, follows]) => {
    expect(whole(text)).toMatchObject({ outcome: 'whole', canFollow: follows })
  })

  test('for as long as the server says', () => {
    const text = (value: string) => `${line}keep-alive: ${value}\r\n${ofLength}`
    expect(whole(text('timeout=5, max=100')).keepAliveSeconds).toBe(5)
    expect(whole(text('max=100, timeout=60')).keepAliveSeconds).toBe(60)
    expect(whole(text('300')).keepAliveSeconds).toBeNull()
  })
})

test('the same head means something else after HEAD, and another head something else at once', () => {
  const head = `${line}content-length: 5\r\n\r\n`
  for (let round = 0; round < 2; round++) {
    expect(whole(`${head}hello`)).toMatchObject({ outcome: 'whole', body: 'hello', status: 200 })
    expect(whole(head, true)).toMatchObject({ outcome: 'whole', body: '', status: 200 })
    expect(whole('HTTP/1.1 404 No\r\ncontent-length: 1\r\n\r\nx')).toMatchObject({ status: 404, body: 'x' })
    expect(whole('nothing of HTTP\r\n\r\n').outcome).toBe('malformed answer')
    expect(whole('nothing of HTTP\r\n\r\n').outcome).toBe('malformed answer')
  }
})

test('fields have names in lower case, lists where a name comes twice, and text beyond ASCII', () => {
  const text = `${line}Set-Cookie: a=1\r\nX-Name:\tZo\xc3\xab \r\nset-cookie: b=2\r\nset-cookie: c=3\r\nempty:\r\n\r\n`
  expect(whole(text).fields).toEqual({
    'set-cookie': ['a=1', 'b=2', 'c=3'],
    'x-name': 'Zoë',
    empty: '',
  })
})
