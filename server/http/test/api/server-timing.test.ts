import { channel } from 'node:diagnostics_channel'
import http from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createServerTiming, type ServerTimingOptions } from '@hotpath/http/api'
import { serve } from '../serving.ts'

const statements = channel('hotpath:postgres:statement')

async function timed(allow: ServerTimingOptions['allow']) {
  const timing = createServerTiming({ allow, now: counter() })
  const traces: unknown[] = []
  const server = await serve(() => {}, {
    build: (cache) =>
      http.createServer(
        timing.front(
          cache.wrap(
            timing.handler((request, response) => {
              traces.push(request.headers['traceparent'])
              void wait(1).then(() => {
                if (request.url !== '/plain') {
                  for (const durationMs of [1.5, 2.25]) statements.publish({ durationMs })
                }
                response.setHeader('Server-Timing', 'render;dur=7')
                response.writeHead(200, { 'cache-control': 'public, max-age=60' }).end()
              })
            }),
          ),
        ),
      ),
  })
  return { server, timing, traces }
}

/** A clock that is read and goes on by one. */
function counter(): () => number {
  let now = 0
  return () => (now += 1)
}

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${trace}-00f067aa0ba902b7-01`

test('tells the tier, the handler, its statements, the total and the trace; a hit has no handler', async () => {
  const { server, timing, traces } = await timed('always')
  await using _ = server
  const [first, again, plain] = [
    await server.get('/', { traceparent }),
    await server.get('/', { traceparent }),
    await server.get('/plain'),
  ]
  timing.close()
  expect(first.headers['server-timing']).toBe(
    `render;dur=7, cache;desc="miss", app;dur=1, db;dur=3.75;desc="2", total;dur=2, trace;desc="${trace}"`,
  )
  // What the handler itself said is part of the stored answer; what we say never is.
  expect(again.headers['server-timing']).toBe(
    `render;dur=7, cache;desc="hit", total;dur=1, trace;desc="${trace}"`,
  )
  expect(plain.headers['server-timing']).toMatch(
    /^render;dur=7, cache;desc="miss", app;dur=1, total;dur=2, trace;desc="[0-9a-f]{32}"$/,
  )
  const made = /trace;desc="(\w+)"/.exec(plain.headers['server-timing'] as string)![1]
  expect([traces[0], traces[1]]).toEqual([traceparent, expect.stringContaining(`00-${made}-`)])
})

test.each([
  ['same-origin', { 'sec-fetch-site': 'same-origin' }, true],
  ['same-origin', { 'sec-fetch-site': 'cross-site' }, false],
  ['same-origin', {}, false],
  [{ token: 'a long secret' }, { 'server-timing-token': 'a long secret' }, true],
  [{ token: 'a long secret' }, { 'server-timing-token': 'a long secre' }, false],
  [{ token: 'a long secret' }, {}, false],
  [{ token: '' }, { 'server-timing-token': '' }, false],
] as const)('%o with %o: %s', async (allow, headers, isTold) => {
  const { server, timing } = await timed(allow)
  await using _ = server
  const { headers: answered } = await server.get('/', headers)
  timing.close()
  expect(String(answered['server-timing']).includes('cache;desc')).toBe(isTold)
})
