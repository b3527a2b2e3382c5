import { host, hugePath } from './application.ts'
import { type History, once, send } from './history.ts'

/**
 * Histories that once were answered differently with and without the fast path, each with what was wrong; for those
 * that node:http itself answers in two ways (pieces.ts), with which.
 */
export const findings: readonly { readonly what: string; readonly history: History }[] = [
  {
    what: 'node:http had paused a connection that was handed over to it, and got more to read: due answers were lost',
    history: once(
      'GET /stream HTTP/1.1\r\nHost: st\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a\r\n\r\nGET /\r\n\r\n\r\n',
      [79],
    ),
  },
  {
    what: 'a connection that node:http had paused ended with its client, before the due answers were written',
    history: {
      steps: [
        send(
          'GET /stream HTTP/1.1\r\nHost: st\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a\r\n\r\nGET /\n\r\n\r\n',
        ),
      ],
      fin: 'at-once',
    },
  },
  {
    what: 'what was malformed behind a wish to upgrade was not refused',
    history: {
      steps: [
        send('GET /s HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: w\r\n\r\n'),
        send('GET /hit/small HTTP/1.1\r\nHost: a.test\r\n\r\n'),
        send('get /hit/moved HTTP/1.1\r\nHost: a.test\r\n\r\n'),
      ],
      fin: 'when-quiet',
    },
  },
  {
    what: 'requests answered before the hand-over did not count for maxRequestsPerSocket',
    history: once(
      'GET /hit/json HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(2) +
        'GET /no HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(3),
    ),
  },
  {
    what: 'with a cache, the head of an answer to HEAD that waited its turn was sent before its end, and the client had gone by then',
    history: {
      steps: [send('GET /h HTTP/1.1\r\nHost: a.test\r\n\r\nHEAD /stream HTTP/1.0\r\nHost: a.test\r\n\r\n')],
      fin: 'at-once',
    },
  },
  {
    what: 'two ways: what is behind a body in a piece is parsed before or after the answers before it have left, so that the end was read in the middle of a stream, or behind all answers',
    history: {
      steps: [
        send(
          'GET /no HTTP/1.1\r\nHost: a.test\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a.test\r\n\r\nGET /stream HTTP/1.1\r\nHost: a.test\r\nContent-Length: 40\r\n\r\nGET /hit/json HTTP/1.1\r\nHost: a.test\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a.test\r\n\r\n',
        ),
      ],
      fin: 'at-once',
    },
  },
  {
    what: 'two ways: a malformed chunk found the answer to its own request due or gone, so that 400 was sent or not',
    history: once(
      'GET /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nGET /stream HTTP/1.1\r\nHost: a.test\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a.test\r\n\r\nPUT /hit/%C3%A9%20 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 11\r\n\r\nhello worldGET /hit/json HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHost: a.test\r\n',
      [296],
    ),
  },
  {
    what: 'two ways: node:http had paused the connection when an upgrade came, and left it paused: who took it over could read nothing',
    history: once(
      'GET /hit/large HTTP/1.1\r\nHost: a.test\r\n\r\nGET /no HTTP/1.1\r\nHost: a.test\r\n\r\nGET /hit/json HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ),
  },
  {
    what: 'two ways: something malformed came while large answers were on their way, which were lost, or when all of them had been read',
    history: once(
      `GET ${hugePath} HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(5) +
        'get / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    ),
  },
]
