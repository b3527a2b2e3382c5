import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import http, { type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache } from '@hotpath/http'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockOf } from '../src/arriving-request.ts'
import { readBlock } from '../src/header-block.ts'
import { cacheKey } from '../src/key.ts'
import { head, startStaged } from './staged-server.ts'

const newCache = () => createHttpCache({ tags: createTagSpace(), routes: [] })

/** The bodies `<…>` of some answers. */
const bodies = (answers: string) => [...answers.matchAll(/<(.*?)>/g)].map(([, body]) => body)

const browser = ['Host: here', 'User-Agent: one', 'Accept-Language: de', 'Cookie: a=1; b=2']

test('what is remembered of a head is what would be read of it, whatever came before it on the connection', async () => {
  let remembered = 0
  const looks: { block: object; read: object }[] = []
  await using app = await startStaged(
    () => (request, response) => {
      const block = blockOf(request)
      const { facts, host, keyEnd, hasKey, bypass } = block ?? {}
      const key = block && cacheKey(block, request.url)
      // Reads the headers, which Node makes of the lines then.
      const read = readBlock('GET', request)
      if (block !== null) {
        remembered += 1
        expect(Object.isFrozen(block.headers)).toBe(true)
        for (const value of Object.values(block.headers)) expect(value).toBeTypeOf('string')
        looks.push({
          block: { facts, host, keyEnd, hasKey, bypass, key },
          read: { ...without(read, 'headers'), key: cacheKey(read, request.url) },
        })
      }
      expect(blockOf(request)).toBe(null)
      response.end('<>')
    },
    () => {},
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyHead, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(), { minLength: 8 }),
      async (pool, picks) => {
        const heads = picks.map((pick) => head(`/${pick % 3}`, pool[pick % pool.length]!))
        expect(await app.send(heads)).toContain('200 OK')
      },
    ),
    { numRuns: 60 },
  )
  for (const { block, read } of looks) expect(block).toEqual(read)
  expect(remembered).toBeGreaterThan(100)
})

const without = (block: object, name: string) =>
  Object.fromEntries(Object.entries(block).filter(([key]) => key !== name))

/** Lines of all kinds, in any order and letter case, some of them twice; the same again and again. */
const anyHead = fc
  .tuple(
    fc.subarray(
      [
        'Cookie: session=1111',
        // A value and a name that a quick look does not tell from those before.
        'Cookie: session=2221',
        'Authorization: Bearer x',
        'Cache-Control: max-age=0',
        'Cache-Control: only-if-cached, no-store',
        'Pragma: no-cache',
        'Range: bytes=0-1',
        'If-None-Match: "a"',
        'If-Match: "a"',
        'Accept: text/event-stream',
        'Accept-Encoding: gzip, br;q=0.5',
        'X-Forwarded-Host: elsewhere',
        'X-Other: elsewhere',
        'X-Forwarded-Proto: https',
        'Forwarded: for=1.2.3.4;host=elsewhere',
        'X-HTTP-Method-Override: DELETE',
        'X-Original-URL: /other',
        'Content-Length: 0',
        'Set-Cookie: a=b',
        '__proto__: polluted',
        'constructor: odd',
        'Host: second',
        'Accept: text/html',
        'X-Twice: 1',
        'X-Twice: 2',
        'Cookie: other=3',
        'X-Empty:',
        'X-Byte: \xfc',
      ],
      { maxLength: 6 },
    ),
    fc.constantFrom('Host: here', 'Host: THERE:8080', 'HOST: here'),
    fc.constantFrom(0, 0, 0, 40, 80),
    fc.boolean(),
  )
  .map(([lines, host, more, isLast]) => [
    ...(isLast ? lines : []),
    host,
    ...(isLast ? [] : lines),
    ...Array.from({ length: more }, (_, index) => `X-${index}: ${index}`),
  ])

test('lines that look alike at first sight are told apart, line by line', async () => {
  const seen: string[] = []
  await using app = await startStaged(
    () => (request, response) => {
      const block = blockOf(request)
      seen.push(block === null ? 'read' : JSON.stringify(block.headers))
      response.end('<>')
    },
    () => {},
  )
  const one = head('/', ['Host: alike', 'X-Name: elsewhere', 'Cookie: session=1111'])
  const others = [
    head('/', ['Host: alike', 'X-Name: elsewhere', 'Cookie: session=2221']),
    head('/', ['Host: alike', 'X-Forwarded-Host: elsewhere', 'Cookie: session=1111']),
  ]
  await app.send([one, one, one, ...others])
  const remembered = '{"host":"alike","x-name":"elsewhere","cookie":"session=1111"}'
  expect(seen).toEqual(['read', 'read', remembered, 'read', 'read'])
})

test('a repeated request that hits is answered without its headers being made', async () => {
  const cache = newCache()
  const untouched: boolean[] = []
  await using app = await startStaged(
    (next) => {
      const cached = cache.wrap(next)
      return (request, response) => {
        cached(request, response)
        untouched.push(blockOf(request) !== null)
      }
    },
    (_request, response) => response.setHeader('Cache-Control', 'max-age=60').end('<body>'),
  )
  const answers = await app.send(Array(4).fill(head('/', browser.slice(0, 3))))
  expect(bodies(answers)).toEqual(['body', 'body', 'body', 'body'])
  expect(cache.stats().hits).toBeGreaterThan(1)
  expect(untouched.at(-1)).toBe(true)
})

test('what a stage in front of the cache has made of the headers is what counts', async () => {
  const cache = newCache()
  let asked = 0
  const changes: ((request: IncomingMessage) => void)[] = [
    ({ headers }) => (headers['x-language'] = 'fr'),
    (request) => (request.headers = { ...request.headers, 'x-language': 'it' }),
    ({ headers }) => delete headers['x-language'],
    () => {},
  ]
  await using app = await startStaged(
    (next) => {
      const cached = cache.wrap(next)
      return (request, response) => {
        changes[asked++ % changes.length]!(request)
        cached(request, response)
      }
    },
    ({ headers }, response) => {
      response.setHeader('Cache-Control', 'max-age=60').setHeader('Vary', 'X-Language')
      response.end(`<${String(headers['x-language'])}>`)
    },
  )
  const answers = await app.send(Array(12).fill(head('/', ['Host: here', 'X-Language: de'])))
  expect(bodies(answers)).toEqual(Array.from({ length: 3 }, () => ['fr', 'it', 'undefined', 'de']).flat())
  expect(cache.stats()).toMatchObject({ hits: 8, misses: 4 })
})

test('a handler has headers of its own, which it may change for nobody else', async () => {
  const cache = newCache()
  const seen: IncomingHttpHeaders[] = []
  await using app = await startStaged(cache.wrap, (request, response) => {
    // Whoever changes the lines first does not change the headers.
    request.rawHeaders.length = 0
    seen.push({ ...request.headers })
    request.headers['x-added'] = 'yes'
    delete request.headers.cookie
    response.end('<body>')
  })
  const targets = Array.from({ length: 6 }, (_, index) => head(`/${index}`, browser))
  await app.send(targets)
  expect(seen).toHaveLength(6)
  for (const headers of seen) {
    expect(headers).toEqual({
      host: 'here',
      'user-agent': 'one',
      'accept-language': 'de',
      cookie: 'a=1; b=2',
    })
  }
})

test('headers are not remembered where somebody else has the request before the cache', async () => {
  const blocks: boolean[] = []
  const stage = (): RequestListener => (request, response) => {
    blocks.push(blockOf(request) !== null)
    response.end(`<${request.headers['user-agent']}>`)
  }
  const heads = Array<string>(4).fill(head('/', browser))
  const change = ({ headers }: IncomingMessage) => void (headers['user-agent'] = 'changed')
  const heard = (message: unknown) => change((message as { request: IncomingMessage }).request)

  await using app = await startStaged(stage, () => {})
  await app.send(heads)
  expect(blocks.splice(0).at(-1)).toBe(true)
  subscribe('http.server.request.start', heard)
  expect(bodies(await app.send(heads))).toEqual(Array(4).fill('changed'))
  unsubscribe('http.server.request.start', heard)
  const emit = app.server.emit.bind(app.server) as (...args: unknown[]) => boolean
  app.server.emit = (event: string, ...args: unknown[]) => {
    if (event === 'request') change(args[0] as IncomingMessage)
    return emit(event, ...args)
  }
  expect(bodies(await app.send(heads))).toEqual(Array(4).fill('changed'))

  class Own extends http.IncomingMessage {}
  await using own = await startStaged(stage, () => {}, { IncomingMessage: Own })
  await own.send(heads)
  await using joining = await startStaged(stage, () => {}, { joinDuplicateHeaders: true })
  await joining.send(heads)
  expect(blocks).toEqual(Array(16).fill(false))
})

test('a request that is dropped or upgraded comes with headers of its own', async () => {
  const change = ({ headers }: IncomingMessage) => void (headers['user-agent'] = 'changed')
  const told: string[] = []
  await using app = await startStaged(
    (next) => next,
    (_request, response) => response.end('<body>'),
  )
  app.server.maxRequestsPerSocket = 3
  app.server.on('dropRequest', (request: IncomingMessage) => {
    change(request)
    told.push(String(request.headers['user-agent']))
  })
  app.server.on('upgrade', (request: IncomingMessage, socket) => {
    change(request)
    told.push(String(request.headers['user-agent']))
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
  })
  expect(await app.send(Array(4).fill(head('/', browser)))).toContain('503')
  const upgrading = head('/', [...browser, 'Connection: upgrade', 'Upgrade: x'])
  for (let times = 0; times < 3; times++) expect(await app.send([upgrading])).toContain('101')
  expect(told).toEqual(Array(4).fill('changed'))
})
