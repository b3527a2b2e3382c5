import { Agent, request } from 'node:http'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, readPieces } from './read.ts'

interface Answer {
  whole: boolean
  status: number
  body: string
}

/** What Node's own client makes of an answer: the reference. */
function readByNode(pieces: readonly Buffer[], isHead: boolean): Promise<Answer> {
  const answer: Answer = { whole: false, status: 0, body: '' }
  const unused = () => socket
  const socket: Duplex = Object.assign(
    new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }),
    {
      setNoDelay: unused,
      setKeepAlive: unused,
      setTimeout: unused,
      ref: unused,
      unref: unused,
    },
  )
  const agent = Object.assign(new Agent(), { createConnection: () => socket })
  return new Promise((resolve) => {
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    const asked = request({ method: isHead ? 'HEAD' : 'GET', agent }, (response) => {
      answer.status = response.statusCode!
      response.on('data', (chunk: Buffer) => (answer.body += chunk.toString('latin1')))
      response.on('end', () => {
        answer.whole = response.complete
        end()
      })
      response.on('error', end)
    })
    asked.on('error', end)
    asked.end()
    setImmediate(() => {
      for (const piece of pieces) if (piece.length > 0) socket.push(piece)
      socket.push(null)
    })
  })
}

const statusLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.0 200 OK\r\n',
      'HTTP/1.1 204 No Content\r\n',
      'HTTP/1.1 304 Not Modified\r\n',
      'HTTP/1.1 404\r\n',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n',
      'HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\n',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'HTTP/1.1  200 OK\r\n',
      'HTTP/1.2 200 OK\r\n',
      'http/1.1 200 OK\r\n',
      'HTTP/1.1 20 OK\r\n',
      'HTTP/1.1 2000 OK\r\n',
      'HTTP/1.1 999 OK\r\n',
      'HTTP/1.1 200 \r\n',
      'HTTP/1.1 200 O\x01K\r\n',
      'HTTP/1.1 200 OK\n',
      '\n\r\n\nHTTP/1.1 200 OK\r\n',
      ' HTTP/1.1 200 OK\r\n',
      '',
    ),
  },
)
const usualField = fc.constantFrom(
  'content-length: 5\r\n',
  'transfer-encoding: chunked\r\n',
  'connection: close\r\n',
  'x: y\r\n',
)
const oddField = fc
  .tuple(
    fc.constantFrom(
      'Content-Length',
      'Transfer-Encoding',
      'connection',
      'keep-alive',
      'X!#$',
      'bad name',
      '',
    ),
    fc.constantFrom(':', ': ', ':\t', ' :', ''),
    fc.constantFrom('5', '005', '+5', '5, 5', '-1', '', 'Chunked', 'gzip, chunked', 'chunked, gzip', 'close',
      'Keep-Alive, x', 'timeout=5', 'a\tb', 'caf\xe9', 'x\x01y', 'x\ny', ' padded  ', 'a: b'), // prettier-ignore
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n '),
  )
  .map((parts) => parts.join(''))
const fields = fc
  .array(fc.oneof({ weight: 3, arbitrary: usualField }, { weight: 1, arbitrary: oddField }), { maxLength: 4 })
  .map((lines) => lines.join(''))
const emptyLine = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '', '\r') },
)
const body = fc.constantFrom(
  '',
  'hell',
  'hello',
  'hello world',
  '5\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello\r\n0\r\nx: y\r\n\r\n',
  '5;a=b\r\nhello\r\n0\r\n\r\n',
  '5 \r\nhello\r\n0\r\n\r\n',
  'A\r\n0123456789\r\n1\r\nx\r\n00\r\n\r\n',
  '5\r\nhelloX\r\n0\r\n\r\n',
  '5\nhello\r\n0\r\n\r\n',
  '5\r\nhello\n0\r\n\r\n',
  'g\r\nhello\r\n0\r\n\r\n',
  '0\r\n\r\n',
  '0\r\nbad trailer\r\n\r\n',
  '5\r\nhel',
  '0\r\n\n',
  '5;\x01\r\nhello\r\n0\r\n\r\n',
  '5;a="x\r\n"\r\nhello\r\n0\r\n\r\n',
  'ffffffffffffffffff\r\n',
  '0\r\nx: y\n\r\n',
  '0\r\nx: y\r\n',
)
const answers = fc.tuple(statusLine, fields, emptyLine, body).map((parts) => parts.join(''))

test('answers, right and wrong, are read as Node’s client reads them, in whatever pieces they come', async () => {
  const places = fc.array(fc.nat(300), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(answers, places, fc.boolean(), async (text, at, isHead) => {
      const pieces = cut(text, at)
      const { outcome, status, body: read } = readPieces(pieces, isHead)
      const reference = await readByNode(pieces, isHead)
      expect(outcome === 'whole').toBe(reference.whole)
      if (reference.whole)
        expect({ status, body: read }).toEqual({ status: reference.status, body: reference.body })
    }),
    { numRuns: 3000, seed: 2026 },
  )
})
