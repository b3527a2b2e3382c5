import http, { type RequestListener } from 'node:http'
import express from 'express'
import { expect, test } from 'vitest'
import { compilePolicy, nonceOf, securityHeaders, type SecurityOptions } from '@hotpath/http/api'
import { serve } from '../serving.ts'

const cacheable = { 'cache-control': 'public, max-age=60', 'content-type': 'text/plain' }
const behindCache = (listener: RequestListener, options?: SecurityOptions) =>
  serve(securityHeaders(options)(listener))

test('a cached answer carries the headers it was stored with', async () => {
  await using server = await behindCache((_, response) => response.writeHead(200, cacheable).end('hello'))
  const first = await server.get('/')
  for (let index = 0; index < 4; index++) {
    const again = await server.get('/')
    expect(again.headers['cache-status']).toContain('hit')
    for (const name of [
      'content-security-policy',
      'strict-transport-security',
      'x-content-type-options',
      'x-frame-options',
      'referrer-policy',
      'permissions-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ]) {
      expect(again.headers[name], name).toBe(first.headers[name])
      expect(again.headers[name], name).toBeTruthy()
    }
  }
  expect(first.headers['content-security-policy']).toBe(
    "default-src 'self'; img-src 'self' data:; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
  expect(first.headers['strict-transport-security']).toBe('max-age=31536000')
})

test('what the handler says itself wins, whichever way it writes its head', async () => {
  const own = { ...cacheable, 'Content-Security-Policy': "default-src 'none'" }
  await using server = await behindCache((request, response) => {
    if (request.url === '/set') response.setHeader('referrer-policy', 'no-referrer').writeHead(200, cacheable)
    else response.writeHead(200, own)
    response.end()
  })
  expect((await server.get('/set')).headers['referrer-policy']).toBe('no-referrer')
  expect(
    (await server.get('/given')).rawHeaders.filter((name) => /security-policy/i.test(name)),
  ).toHaveLength(1)
  expect((await server.get('/given')).headers['content-security-policy']).toBe("default-src 'none'")
})

test('a nonce is made for one answer, named by its policy, and that answer is never stored', async () => {
  let runs = 0
  await using server = await behindCache(
    (request, response) => {
      runs += 1
      const body = request.url === '/page' ? `<script nonce="${nonceOf(response)}">` : 'plain'
      expect(request.url !== '/page' || nonceOf(response)).toBeTruthy()
      response.writeHead(200, cacheable).end(body)
    },
    { csp: { scriptSrc: ['nonce', 'strict-dynamic'], styleSrc: ['nonce'] } },
  )
  const pages = [await server.get('/page'), await server.get('/page')]
  const nonces = pages.map(({ headers, body }) => {
    const nonce = /nonce="([^"]+)"/.exec(body)![1]!
    expect(headers['content-security-policy']).toContain(`script-src 'nonce-${nonce}' 'strict-dynamic'`)
    expect(headers['content-security-policy']).toContain(`style-src 'nonce-${nonce}'`)
    return nonce
  })
  expect(new Set(nonces).size).toBe(2)
  expect([runs, pages[1]!.headers['cache-status']]).toEqual([2, expect.stringContaining('nonce')])
  // Without one, the policy allows nothing in its place, and the answer may be stored.
  const plain = [await server.get('/plain'), await server.get('/plain')]
  expect(plain[1]!.headers['content-security-policy']).toContain("style-src 'none'")
  expect(plain[1]!.headers['cache-status']).toContain('hit')
})

test('Express does not say what it is, whenever it says so', async () => {
  const app = express().get('/', (_, response) => void response.json({}))
  await using server = await behindCache(app)
  expect((await server.get('/')).headers['x-powered-by']).toBeUndefined()
  await using open = await behindCache(app, { hidePoweredBy: false })
  expect((await open.get('/')).headers['x-powered-by']).toBe('Express')
})

test('report-only names the other header; what is turned off is left out', async () => {
  const stage = securityHeaders({
    cspReportOnly: true,
    csp: { reportTo: 'csp' },
    reportingEndpoints: { csp: 'https://reports.example.org/' },
    hsts: { maxAge: '1d', includeSubDomains: true, preload: true },
    referrerPolicy: false,
    permissions: { camera: ['self', 'https://meet.example.org'] },
  })
  await using server = await serve(() => {}, {
    build: () => http.createServer(stage((_, response) => response.end())),
  })
  const { headers } = await server.get('/')
  expect(headers['content-security-policy']).toBeUndefined()
  expect(headers['content-security-policy-report-only']).toMatch(/; report-to csp$/)
  expect(headers['reporting-endpoints']).toBe('csp="https://reports.example.org/"')
  expect(headers['strict-transport-security']).toBe('max-age=86400; includeSubDomains; preload')
  expect(headers['permissions-policy']).toBe('camera=(self "https://meet.example.org")')
  expect(headers['referrer-policy']).toBeUndefined()
  expect(headers['x-frame-options']).toBeUndefined()
})

test.each([
  [{ scriptSrc: ['https://a.example; script-src *'] }, 'script-src'],
  [{ imgSrc: ['none', 'self'] }, 'beside none'],
  [{ reportTo: 'a b' }, 'report-to'],
])('refuses %o, which would say something else than was meant', (directives, problem) => {
  expect(() => compilePolicy(directives as never)).toThrow(problem)
})
