import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache, openAccessLog } from '@hotpath/http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { gate, serve } from '../serving.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'access-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

const cached: http.RequestListener = (_, response) => {
  response.setHeader('cache-control', 'max-age=60').end('hello')
}
const clock = () => Date.UTC(2026, 10, 21, 7, 45, 55)

test('every request has its line, hits included, in the combined format', async () => {
  const file = path.join(folder, 'access.log')
  await using serving = await serve(cached)
  const log = await openAccessLog({ path: file, clock })
  for (let count = 0; count < 3; count++)
    await serving.get('/a?b', { referer: 'http://x/', 'user-agent': 'test' })
  await log.close()
  const lines = (await readFile(file, 'utf8')).split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(
    /^127\.0\.0\.1 - - \[21\/Nov\/2026:07:45:55 \+0000\] "GET \/a\?b HTTP\/1\.1" 200 5 "http:\/\/x\/" "test" miss \d+\.\d{3}$/,
  )
  expect(lines[2]).toMatch(/ hit \d+\.\d{3}$/)
})

test('nothing that a client sends ends a line, the quotes, or moves a cursor', async () => {
  const file = path.join(folder, 'access.log')
  await using serving = await serve(cached)
  for (const format of ['combined', 'json'] as const) {
    const log = await openAccessLog({ path: file, format, clock })
    await serving.get('/x', { 'user-agent': 'a" 200 "\\b\u00fc\t' })
    await log.close()
  }
  const [combined, json] = (await readFile(file, 'utf8')).split('\n')
  expect(combined).toContain('"a\\x22 200 \\x22\\x5cb\\xfc')
  // oxlint-disable-next-line no-control-regex -- what must not be there.
  expect(combined).toMatch(/^[\x20-\x7e]*$/)
  expect(JSON.parse(json!)).toMatchObject({
    time: '2026-11-21T07:45:55.000Z',
    target: '/x',
    status: 200,
    cache: 'hit',
    route: 'other',
    agent: expect.stringContaining('a" 200 "') as string,
  })
})

test('after a rename lines go on in the old file until it is opened again', async () => {
  const file = path.join(folder, 'access.log')
  await using serving = await serve(cached)
  const log = await openAccessLog({ path: file, clock })
  await serving.get('/before')
  await expect.poll(() => readFile(file, 'utf8')).toContain('/before')
  await rename(file, `${file}.1`)
  await serving.get('/between')
  await log.reopen()
  await serving.get('/after')
  await log.close()
  const [old, current] = [await readFile(`${file}.1`, 'utf8'), await readFile(file, 'utf8')]
  expect([old.includes('/between'), old.includes('/after')]).toEqual([true, false])
  expect([current.includes('/after'), current.includes('/between')]).toEqual([true, false])
  expect(log.dropped()).toBe(0)
})

test('a path that cannot be written is refused at the start', async () => {
  await expect(openAccessLog({ path: path.join(folder, 'none', 'a.log') })).rejects.toMatchObject({
    code: 'HP_ACCESS_LOG_UNWRITABLE',
  })
})

test('who left before an answer came has an address, over HTTP/1 and HTTP/2', async () => {
  const file = path.join(folder, 'access.log')
  const cache = createHttpCache({ routes: [], tags: createTagSpace() })
  const log = await openAccessLog({ path: file, clock })
  const [first, second] = [gate(), gate()]
  const one = await listening(http.createServer(cache.wrap(() => first.open())))
  const unanswered: (request: http2.Http2ServerRequest) => void = () => second.open()
  const two = await listening(http2.createServer(cache.wrap(unanswered)))

  const socket = net.connect(one.port, '127.0.0.1', () =>
    socket.write('GET /one HTTP/1.1\r\nHost: a\r\n\r\n'),
  )
  await first.opened
  socket.destroy()
  const session = http2.connect(`http://127.0.0.1:${two.port}`)
  session.request({ ':path': '/two' }).on('error', () => {})
  await second.opened
  session.destroy()

  await expect.poll(() => readFile(file, 'utf8')).toMatch(/^127\.0\.0\.1 .*"GET \/one HTTP\/1\.1"/m)
  await expect.poll(() => readFile(file, 'utf8')).toMatch(/^127\.0\.0\.1 .*"GET \/two HTTP\/2\.0"/m)
  await log.close()
  one.server.close()
  two.server.close()
})

async function listening<S extends net.Server>(server: S): Promise<{ server: S; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}
