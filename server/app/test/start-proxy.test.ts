import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { once } from 'node:events'
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningProxy, startProxy, type StartProxyOptions } from '@hotpath/app'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxy-'))
})
afterEach(() => rm(folder, { recursive: true }))

interface Fronted extends AsyncDisposable {
  proxy: RunningProxy
  origin: http.Server
  /** Requests that reached the origin. */
  reached: string[]
  get(
    target: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: string }>
}

/** An origin that says nothing of caching, and a proxy in front of it. */
async function front(given: Partial<StartProxyOptions> = {}): Promise<Fronted> {
  const reached: string[] = []
  const origin = http.createServer((request, response) => {
    reached.push(request.url!)
    response.end(`made ${reached.length}`)
  })
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  const { port } = origin.address() as AddressInfo
  const proxy = await startProxy({
    origin: `http://127.0.0.1:${port}`,
    port: 0,
    environment: {},
    drain: { propagation: '0s' },
    ...given,
  })
  return {
    proxy,
    origin,
    reached,
    async get(target, headers = {}) {
      const response = await fetch(new URL(target, proxy.url), { headers })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    async [Symbol.asyncDispose]() {
      await proxy.close()
      origin.closeAllConnections()
      await new Promise((resolve) => origin.close(resolve))
    },
  }
}

const policyFile = () => path.join(folder, 'policy.json')
const writePolicy = (routes: object) => writeFile(policyFile(), JSON.stringify({ routes }))

test('a policy makes routes cacheable; read again it counts at once, and a bad one changes nothing', async () => {
  await writePolicy({ 'GET /items/:id': { fresh: '1h', tags: ['item:{id}'] } })
  await using fronted = await front({ policy: policyFile() })
  expect((await fronted.get('/items/1')).body).toBe('made 1')
  const hit = await fronted.get('/items/1')
  expect([hit.body, hit.headers.get('cache-status')]).toEqual([
    'made 1',
    expect.stringMatching(/^hotpath; hit/),
  ])
  expect((await fronted.get('/other')).body).toBe('made 2')

  await writeFile(policyFile(), '{"routes": {"GET /items/:id": {"fresh": "soon"}}}')
  await expect(fronted.proxy.reload()).rejects.toMatchObject({ code: 'HP_POLICY_INVALID' })
  expect((await fronted.get('/items/1')).body).toBe('made 1')

  await writePolicy({ 'GET /items/:id': { visibility: 'private' } })
  await fronted.proxy.reload()
  expect((await fronted.get('/items/1')).body).toBe('made 3')
  expect((await fronted.get('/items/1')).headers.get('cache-control')).toBe('private, no-store')
})

test('the console of the proxy purges by tag and explains, and tells nobody from elsewhere', async () => {
  await writePolicy({ 'GET /items/:id': { fresh: '1h', tags: ['item:{id}'] } })
  await using fronted = await front({ policy: policyFile() })
  await fronted.get('/items/1')
  const host = new URL(fronted.proxy.url).host
  const explained = JSON.parse(
    (await fronted.get(`/_hotpath/api/http/explain?url=/items/1&host=${host}`)).body,
  ) as object
  expect(explained).toMatchObject({
    route: 'GET /items/:id',
    tags: ['item:1'],
    stored: [{ status: 200, tags: ['item:1'] }],
  })
  const purge = await fetch(new URL('/_hotpath/api/cache/purge', fronted.proxy.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tags: ['item:1'] }),
  })
  expect(purge.status).toBe(200)
  expect((await fronted.get('/items/1')).body).toBe('made 2')
  const forwarded = await fronted.get('/_hotpath/api/cache', { 'x-forwarded-for': '1.2.3.4' })
  expect(forwarded.status).toBe(403)
  expect(fronted.reached).not.toContain('/_hotpath/api/cache')
})

test('readiness tells of an origin that is away, and the proxy stays ready', async () => {
  await using fronted = await front()
  expect(await fronted.get('/ready')).toMatchObject({
    status: 200,
    body: '{"ready":true,"checks":{"origin":"ok"}}',
  })
  fronted.origin.closeAllConnections()
  await new Promise((resolve) => fronted.origin.close(resolve))
  expect((await fronted.get('/x')).status).toBe(502)
  const ready = await fronted.get('/ready')
  expect(ready.status).toBe(200)
  expect(JSON.parse(ready.body)).toMatchObject({
    checks: { origin: expect.stringMatching(/^down: /) as string },
  })
})

test('with TLS files clients speak HTTP/2 and HTTP/1.1, and both share what is stored', async () => {
  const tls = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      ...subject,
      '-keyout',
      tls.key,
      '-out',
      tls.cert,
    ],
    { stdio: 'ignore' },
  )
  await writePolicy({ 'GET /items/:id': { fresh: '1h' } })
  await using fronted = await front({ tls, policy: policyFile() })
  const { port } = new URL(fronted.proxy.url)
  const client = http2.connect(`https://localhost:${port}`, { rejectUnauthorized: false })
  const overHttp2 = async () => {
    const stream = client.request({ ':path': '/items/1' })
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    let body = ''
    for await (const part of stream.setEncoding('utf8') as AsyncIterable<string>) body += part
    return { status: headers[':status'], cache: headers['cache-status'], body }
  }
  expect(await overHttp2()).toMatchObject({ status: 200, body: 'made 1' })
  expect(await overHttp2()).toMatchObject({
    status: 200,
    body: 'made 1',
    cache: expect.stringMatching(/hit/) as string,
  })
  const request = https.get({
    host: 'localhost',
    port,
    path: '/items/1',
    rejectUnauthorized: false,
    agent: false,
  })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  expect(response.headers['cache-status']).toMatch(/hit/)
  response.resume()
  client.close()
  expect(fronted.reached).toEqual(['/items/1'])
})

test('files that cannot be read are named at the start', async () => {
  const missing = path.join(folder, 'none')
  await expect(front({ policy: missing })).rejects.toMatchObject({ code: 'HP_POLICY_UNREADABLE' })
  await expect(front({ tls: { cert: missing, key: missing } })).rejects.toMatchObject({
    code: 'HP_TLS_UNREADABLE',
  })
})

test('closing waits for the answer under way', async () => {
  const fronted = await front()
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  fronted.origin.removeAllListeners('request')
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  fronted.origin.on('request', (_, response: http.ServerResponse) => {
    ask()
    void held.then(() => response.end('late'))
  })
  const answer = fronted.get('/slow')
  await asked
  const closed = fronted.proxy.close()
  release()
  expect((await answer).body).toBe('late')
  await closed
  await expect(fronted.get('/')).rejects.toThrow('fetch failed')
  fronted.origin.closeAllConnections()
  fronted.origin.close()
})

test('a purge reaches the cache in front as well, and the audit trail shows it', async () => {
  // Node's own server knows no BAN.
  const purged: string[] = []
  const edge = net.createServer((socket) => {
    socket.once('data', (bytes: Buffer) => {
      purged.push(bytes.toString())
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve))
  const { port } = edge.address() as AddressInfo
  await writePolicy({ 'GET /items/:id': { fresh: '1h', tags: ['item:{id}'] } })
  await using fronted = await front({
    policy: policyFile(),
    environment: {
      HOTPATH_CDN_URL: `http://127.0.0.1:${port}`,
      HOTPATH_CDN_SECRET: 'between us',
      HOTPATH_SITE: 'https://shop.example',
    },
  })
  expect((await fronted.get('/items/1')).headers.get('cache-tag')).toBe('item:1')
  for (const what of [{ tags: ['item:1'] }, { pattern: '/items/1' }]) {
    await fetch(new URL('/_hotpath/api/cache/purge', fronted.proxy.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(what),
    })
  }
  await expect.poll(() => purged).toHaveLength(2)
  expect(purged[0]).toMatch(/^BAN \/ HTTP\/1\.1\r\n/)
  expect(purged[0]).toContain('X-Ban-Tags: (^|,)(item:1)(,|$)\r\n')
  expect(purged[1]).toMatch(/^PURGE \/items\/1 HTTP\/1\.1\r\n/)
  expect(purged[1]).toContain('host: shop.example\r\n')
  for (const head of purged) expect(head).toContain('X-Purge-Secret: between us\r\n')
  const stats = JSON.parse((await fronted.get('/_hotpath/api/cache')).body) as { cdns: object[] }
  expect(stats.cdns).toMatchObject([
    { cdn: 'http', purged: 2, abandoned: 0, records: [{ kind: 'tags' }, { kind: 'urls' }] },
  ])
  expect(JSON.stringify(stats)).not.toContain('between us')
  edge.close()
})

test.each([
  [{ CLOUDFLARE_ZONE_ID: 'z', HOTPATH_SITE: 'https://a' }, 'CLOUDFLARE_API_TOKEN'],
  [{ HOTPATH_CDN_URL: 'varnish', HOTPATH_SITE: 'https://a' }, 'HOTPATH_CDN_URL'],
  [{ HOTPATH_CDN_URL: 'http://varnish' }, 'HOTPATH_SITE'],
  [{ HOTPATH_CACHE: 'shady' }, 'HOTPATH_CACHE'],
  [{ HOTPATH_ACCESS_LOG_FORMAT: 'xml' }, 'HOTPATH_ACCESS_LOG_FORMAT'],
])('what is wrong with the environment is said by its name: %o', async (environment, name) => {
  await expect(front({ environment })).rejects.toThrow(name)
})

test('in shadow mode the origin answers everything, and the console tells what would have been', async () => {
  await writePolicy({ 'GET /items/:id': { fresh: '1h' } })
  await using fronted = await front({ policy: policyFile(), shadow: true })
  for (let count = 0; count < 3; count++) await fronted.get('/items/1')
  expect(fronted.reached).toHaveLength(3)
  const stats = async () =>
    JSON.parse((await fronted.get('/_hotpath/api/cache')).body) as { http: { shadow: { routes: object[] } } }
  await expect
    .poll(async () => (await stats()).http.shadow.routes)
    .toMatchObject([{ route: 'GET /items/:id', requests: 3, hits: 2, misses: 1 }])
})
