import http from 'node:http'
import { expect, test } from 'vitest'
import { byHand, echo, type Echoed, listening, proxyBefore, raw } from './proxying.ts'

const told = (body: string) => JSON.parse(body) as Echoed

test('passes method, target, end-to-end headers and body on as they are', async () => {
  await using proxying = await proxyBefore(echo())
  const { body } = await proxying.ask('/a%2Fb?x=1&x=2', {
    method: 'PATCH',
    headers: { 'X-Kept': 'a, b', 'Content-Type': 'text/plain' },
    body: 'hello',
  })
  expect(told(body)).toMatchObject({ method: 'PATCH', url: '/a%2Fb?x=1&x=2', body: 'hello' })
  expect(told(body).headers).toMatchObject({ 'x-kept': 'a, b', 'content-length': '5' })
})

test('header values beyond ASCII keep their bytes', async () => {
  await using proxying = await proxyBefore(echo())
  const answer = await proxying.raw('GET / HTTP/1.1\r\nHost: a\r\nX-Odd: \u00fc\r\nConnection: close\r\n\r\n')
  const { headers } = told(Buffer.from(answer.slice(answer.indexOf('\r\n\r\n')), 'latin1').toString())
  expect(headers['x-odd']).toBe('\u00fc')
})

test('headers of one connection, and those that Connection lists, end here', async () => {
  await using proxying = await proxyBefore(echo())
  const { body } = await proxying.ask('/', {
    headers: {
      connection: 'close, X-Secret',
      'x-secret': '1',
      te: 'trailers',
      'keep-alive': 'timeout=9',
      'proxy-authorization': 'Basic x',
      'proxy-connection': 'keep-alive',
    },
  })
  const { headers } = told(body)
  for (const name of ['x-secret', 'te', 'keep-alive', 'proxy-authorization', 'proxy-connection']) {
    expect(headers[name]).toBeUndefined()
  }
})

test('tells the origin who asked, and believes no client about that', async () => {
  await using proxying = await proxyBefore(echo())
  const forged = {
    host: 'shop.example',
    forwarded: 'for=1.2.3.4',
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-real-ip': '1.2.3.4',
  }
  const { headers } = told((await proxying.ask('/', { headers: forged })).body)
  expect(headers).toMatchObject({
    host: 'shop.example',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'http',
    forwarded: 'for=127.0.0.1;host="shop.example";proto=http',
    via: '1.1 hotpath',
  })
  expect(headers['x-real-ip']).toBeUndefined()
})

test('what a client makes up about forwarding, or about connections, chooses no stored answer', async () => {
  let made = 0
  const origin = http.createServer((request, response) => {
    made += 1
    response.writeHead(200, { 'cache-control': 'max-age=60', vary: 'Accept-Language' })
    response.end(String(request.headers['accept-language']))
  })
  await using proxying = await proxyBefore(origin, { cache: {} })
  await proxying.ask('/')
  const forged = await proxying.ask('/', {
    headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=x' },
  })
  expect(forged.headers['cache-status']).toMatch(/hit/)
  const dropped = { connection: 'close, accept-language', 'accept-language': 'de' }
  expect((await proxying.ask('/', { headers: dropped })).body).toBe('undefined')
  expect((await proxying.ask('/', { headers: { 'accept-language': 'de' } })).body).toBe('de')
  expect(made).toBe(2)
})

test('behind a trusted proxy the way that a request came is carried on', async () => {
  await using proxying = await proxyBefore(echo(), { trustForwarded: true, host: 'origin' })
  const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', via: '1.1 edge' }
  const seen = told((await proxying.ask('/', { headers })).body).headers
  expect(seen).toMatchObject({
    host: `127.0.0.1:${proxying.originPort}`,
    'x-forwarded-for': '1.2.3.4, 127.0.0.1',
    'x-forwarded-proto': 'https',
    via: '1.1 edge, 1.1 hotpath',
  })
})

test('an absolute target becomes a path, and its authority the host', async () => {
  await using proxying = await proxyBefore(echo())
  const answer = await proxying.raw(
    'GET http://shop.example/a?b HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
  )
  expect(told(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
    url: '/a?b',
    headers: { host: 'shop.example' },
  })
})

test('requests that could be read in two ways are refused as node:http does, and never reach the origin', async () => {
  let reached = 0
  const origin = http.createServer((_, response) => {
    reached += 1
    response.end('x')
  })
  await using proxying = await proxyBefore(origin)
  // As a handler that reads the body first.
  const bare = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('x'))
  })
  const port = await listening(bare)
  const ways = [
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    'X-Folded: a\r\n b\r\n\x00bad: 1\r\n\r\n',
    'Content-Length: +5\r\n\r\nhello',
  ]
  for (const way of ways) {
    const request = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${way}`
    const [ours, theirs] = [await proxying.raw(request), await raw(port, request)]
    expect(ours.split('\r\n')[0], way).toBe(theirs.split('\r\n')[0])
    expect(ours, way).toMatch(/^HTTP\/1\.1 400 /)
  }
  expect(reached).toBe(0)
  bare.close()
})

test('what the origin answers passes: status, reason, repeated headers, bytes beyond ASCII, trailers, interim answers', async () => {
  const origin = http.createServer((_, response) => {
    response.writeInformation(103, { link: '</a.css>; rel=preload' })
    response.writeHead(299, 'Peculiar', [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Odd', '\u00fc'],
      ['Trailer', 'X-Sum'],
      ['Connection', 'keep-alive, X-Hop'],
      ['X-Hop', '1'],
    ] as never)
    response.write('one ')
    response.addTrailers({ 'X-Sum': '7' })
    response.end('two')
  })
  await using proxying = await proxyBefore(origin)
  const answer = await proxying.ask('/')
  expect(answer).toMatchObject({ status: 299, body: 'one two', trailers: { 'x-sum': '7' } })
  expect(answer.headers).toMatchObject({
    'set-cookie': ['a=1', 'b=2'],
    'x-odd': '\u00fc',
    via: '1.1 hotpath',
  })
  expect(answer.headers['x-hop']).toBeUndefined()
  expect(answer.interim).toMatchObject([{ status: 103, headers: { link: '</a.css>; rel=preload' } }])
})

test('an answer whose head is no HTTP is 502, and nothing of it is passed on', async () => {
  const odd = [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n',
    'SSH-2.0-OpenSSH\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
  ]
  let turn = 0
  await using proxying = await proxyBefore(
    byHand((socket) => socket.once('data', () => socket.end(odd[turn]!))),
  )
  for (turn = 0; turn < odd.length; turn++) {
    const answer = await proxying.ask('/')
    expect(answer.status, odd[turn]).toBe(502)
    expect(JSON.parse(answer.body)).toMatchObject({ status: 502 })
    expect(answer.headers['proxy-status']).toContain('hotpath; error=')
  }
})

test('a request that has passed by many times already is in a loop', async () => {
  await using proxying = await proxyBefore(echo())
  const via = Array.from({ length: 8 }, () => '1.1 hotpath').join(', ')
  expect((await proxying.ask('/', { headers: { via } })).status).toBe(508)
})

test('a head that was there before is passed on, and chooses an answer, as it did the first time', async () => {
  const heads = [
    ['/', 'Host: a', 'Accept-Language: de'],
    ['http://b/', 'Host: a', 'Accept-Language: de'],
    ['/', 'Host: a', 'Accept-Language: de', 'X-Forwarded-Host: evil.example', 'X-Real-IP: 1.2.3.4'],
    ['/', 'Host: a', 'Accept-Language: de', 'Connection: Accept-Language'],
  ].map(([target, ...lines]) => [`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  await using asking = await proxyBefore(echo())
  await using storing = await proxyBefore(
    http.createServer(({ headers }, response) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', vary: 'Accept-Language' })
      response.end(`{"made for":"${headers.host} ${headers['accept-language']}"}`)
    }),
    { cache: {} },
  )
  for (const { raw: send } of [asking, storing]) {
    // By turns: a head is remembered by its lines, and what one left must not reach another.
    const turns = await Promise.all(Array.from({ length: 4 }, () => send([...heads, last].join(''))))
    const [first, ...later] = turns.map((answers) => answers.match(/\{.*?\}(?=HTTP|\r|$)/g))
    expect(first).toHaveLength(heads.length + 1)
    for (const bodies of later) expect(bodies).toEqual(first)
    expect(first!.join('')).not.toMatch(/evil|1\.2\.3\.4/)
  }
  const made = (await storing.raw([...heads, last].join(''))).match(/made for":"[^"]*/g)
  const asked = ['a de', 'b de', 'a de', 'a undefined', 'a undefined']
  expect(made).toEqual(asked.map((each) => `made for":"${each}`))
})
