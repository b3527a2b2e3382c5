import { type History, once } from './history.ts'

/** Histories that once were answered differently with and without the fast path, each with what was wrong. */
export const findings: readonly { readonly what: string; readonly history: History }[] = [
  {
    what: 'node:http had paused a connection that was handed over to it, and got more to read: due answers were lost',
    history: once(
      'GET /stream HTTP/1.1\r\nHost: st\r\n\r\nGET /hit/large HTTP/1.1\r\nHost: a\r\n\r\nGET /\r\n\r\n\r\n',
      [79],
    ),
  },
  {
    what: 'requests answered before the hand-over did not count for maxRequestsPerSocket',
    history: once(
      'GET /hit/json HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(2) +
        'GET /no HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(3),
    ),
  },
]
