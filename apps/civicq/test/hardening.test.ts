import http from 'node:http'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../routes.ts'
import { startTestApp, type TestApp } from './harness.ts'

let app: TestApp
let pages: string

beforeAll(async () => {
  pages = await mkdtemp(path.join(tmpdir(), 'civicq-pages-'))
  await mkdir(path.join(pages, 'assets'))
  await writeFile(path.join(pages, 'index.html'), '<!doctype html><title>CivicQ</title>')
  await writeFile(path.join(pages, 'assets/index-abc123.js'), 'export {}')
  await writeFile(path.join(pages, 'icon.svg'), '<svg/>')
  await writeFile(path.join(pages, '.manifest.json'), '{}')
  app = await startTestApp({ pages })
})
afterAll(async () => {
  await app.close()
  await rm(pages, { recursive: true })
})

interface Raw {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string
}

/** By node:http, which sends what fetch refuses to. */
function send({
  method,
  path,
  headers = {},
  body,
}: Raw): Promise<{ status: number; type: string; text: string }> {
  const { hostname, port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 30 }).map(String) },
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double().map(String),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => text.isWellFormed())
    .map(encodeURIComponent),
  fc.constantFrom('%00', '%zz', '%', '..', '%2e%2e', '%2F', '"', "'", 'null', 'trending', 'a'.repeat(300)),
)
const method = fc.constantFrom('GET', 'POST', 'PATCH', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND')
/** Mostly a declared route by its own method. */
const known = fc.constantFrom(...routes).chain((route) =>
  fc.record({
    method: fc.oneof({ weight: 4, arbitrary: fc.constant<string>(route.method) }, method),
    path: fc
      .tuple(...route.segments.map((part) => (part.startsWith(':') ? segment : fc.constant(part))))
      .map((parts) => `/${parts.join('/')}`),
  }),
)
const unknown = fc.record({
  method,
  path: fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
})
const target = fc.oneof({ weight: 4, arbitrary: known }, unknown)
const query = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.tuple(fc.constantFrom('page', 'limit', 'sort', 'contest', 'x', '__proto__'), segment), {
      maxLength: 4,
    })
    .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`),
)
const mostly = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary }, fc.anything())
const jsonRecord = fc
  .record(
    {
      value: mostly(fc.constantFrom(1, 0, -1)),
      text: mostly(fc.string({ unit: 'binary', minLength: 5, maxLength: 600 })),
      email: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('voter-1@civicq.example')),
      password: fc.string({ unit: 'binary' }),
      tags: fc.array(fc.string()),
      pattern: fc.string({ unit: 'binary' }),
      status: fc.constantFrom('published', 'hidden', 'gone'),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value))
const json = fc.oneof(
  { weight: 6, arbitrary: jsonRecord },
  fc.json(),
  fc.constantFrom('{', '[]', '"', '{"__proto__":{"x":1}}', '{"value":1', '\u0000'),
)
const token = fc.constantFrom('voter', 'candidate', 'administrator', 'forged', 'none')
const contentType = fc.constantFrom(
  ...Array.from({ length: 9 }, () => 'application/json'),
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'nonsense',
)

describe('whatever is sent', () => {
  test('no answer is a fault of ours, and every refusal of the API is a problem document', async () => {
    const tokens: Record<string, string> = {
      voter: `Bearer ${app.tokenFor(30)}`,
      candidate: `Bearer ${app.tokenFor(22, 'candidate')}`,
      administrator: `Bearer ${app.tokenFor(1, 'administrator')}`,
      forged: 'Bearer eyJ1c2VySWQiOjF9.AAAA',
    }
    const request = fc.record({
      target,
      query,
      who: token,
      type: contentType,
      body: json,
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ target: { method, path }, query, who, type, body }) => {
        const hasBody = !['GET', 'HEAD'].includes(method)
        const answer = await send({
          method,
          path: path + query,
          headers: {
            ...(tokens[who] && { authorization: tokens[who] }),
            ...(hasBody && { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
          },
          ...(hasBody && { body }),
        })
        expect(app.faults).toEqual([])
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 400 && method !== 'HEAD') {
          expect(answer.type).toMatch(/^application\/problem\+json/)
          expect(JSON.parse(answer.text)).toMatchObject({ status: answer.status, detail: expect.any(String) })
        }
      }),
      { numRuns: 600 },
    )
  })

  test.each<[number, Partial<Raw>]>([
    [415, { body: 'value=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    [415, { body: '{"value":1}', headers: { 'content-type': 'text/plain' } }],
    [400, { body: '{"value":', headers: { 'content-type': 'application/json' } }],
    [400, { body: '', headers: { 'content-type': 'application/json' } }],
    [400, { body: '[1]', headers: { 'content-type': 'application/json' } }],
    [400, {}],
    [413, { body: `{"value":"${'x'.repeat(70_000)}"}`, headers: { 'content-type': 'application/json' } }],
  ])('a body that cannot be used is refused with %i: %j', async (status, { body, headers }) => {
    const answer = await send({
      method: 'POST',
      path: '/api/questions/1/vote',
      headers: {
        authorization: `Bearer ${app.tokenFor(30)}`,
        ...headers,
        ...(body !== undefined && { 'content-length': String(body.length) }),
      },
      ...(body !== undefined && { body }),
    })
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text).detail).not.toBe('')
  })

  test('names no software and tells nothing of what went wrong inside', async () => {
    for (const path of ['/api/cities', '/', '/api/nothing', '/api/contests/1/questions?page=x']) {
      const { headers } = await app.call('GET', path)
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
    }
  })
})

describe('the pages', () => {
  test.each(['/', '/cities/x', '/contests/12?sort=new', '/sign-in'])(
    '%s is the one page, checked each time',
    async (path) => {
      const { status, body, headers } = await app.call<string>('GET', path)
      expect(status).toBe(200)
      expect(body).toContain('<title>CivicQ</title>')
      expect(headers.get('cache-control')).toContain('no-cache')
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('content-type')).toMatch(/^text\/html/)
    },
  )

  test('assets are kept for a year, other files are checked each time', async () => {
    const asset = await app.call('GET', '/assets/index-abc123.js')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-type')).toMatch(/javascript/)
    const icon = await app.call('GET', '/icon.svg')
    expect(icon.status).toBe(200)
    expect(icon.headers.get('cache-control')).toContain('no-cache')
  })

  test.each([
    '/assets/index-gone.js',
    '/favicon.ico',
    '/.manifest.json',
    '/assets/../../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/',
    '/api//contests/1',
    '//api/contests/1',
    `/${'long'.repeat(2500)}`,
  ])('%s is no page', async (path) => {
    const { status } = await send({ method: 'GET', path })
    expect(status).toBe(404)
  })

  test('only reads get the page', async () => {
    expect((await send({ method: 'POST', path: '/cities/x' })).status).toBe(404)
  })

  test('say how to build them when they are not there', async () => {
    const bare = await startTestApp()
    const { status, body, headers } = await bare.call<string>('GET', '/')
    await bare.close()
    expect(status).toBe(503)
    expect(body).toContain('npx hotpath build')
    expect(headers.get('cache-control')).toBe('no-store')
  })
})
