import { createHash } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Route, route } from '@hotpath/core'

/** An application whose every answer is decided by its request, and the same on each server. */
export interface Application {
  readonly listener: RequestListener
  /** Answers that this connection waits for. */
  pending(socket: Socket): number
  /** Slow answers to this connection wait until it is told to go on, and not from then on. */
  hold(socket: Socket): void
  goOn(socket: Socket): void
  /** Until then, what may be stored for all connections is stored; afterwards it is only read. */
  closeStore(): void
}

const words = 'council library transport water school park budget housing vote answer question'.split(' ')
const text = (length: number) => {
  let out = ''
  for (let index = 0; out.length < length; index += 1) out += `${words[(index * index) % words.length]} `
  return out.slice(0, length)
}

/** What is stored before connections begin, and only read by them. */
export interface Warm {
  readonly path: string
  /** Lines of the requests that it is stored for. */
  readonly variants: readonly Readonly<Record<string, string>>[]
  /** Long enough to be compressed. */
  readonly isLong: boolean
}

interface Page {
  /** Stored for requests with a cookie, too. */
  readonly isPublic?: boolean
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

const json = { 'Content-Type': 'application/json; charset=utf-8' }
const plain = { 'Content-Type': 'text/plain' }
const modified = { 'Last-Modified': 'Tue, 01 Sep 2026 10:00:00 GMT' }
const codings = ['', 'gzip', 'br', 'zstd'].map((coding) =>
  coding === '' ? {} : { 'Accept-Encoding': coding },
)

/** Stored, too, for clients that read late: a few of them are more than what the kernel keeps for a connection. */
export const hugePath = '/hit/huge'

const pages: Readonly<Record<string, Page>> = {
  '/hit/json': { headers: json, body: JSON.stringify({ data: text(2400) }) },
  '/hit/small': { headers: { ...plain, ...modified, ETag: '"v1"' }, body: 'small' },
  '/hit/weak': { headers: { ...plain, ETag: 'W/"w1"' }, body: 'weak' },
  '/hit/empty': { headers: plain, body: '' },
  '/hit/none': { status: 204, body: '' },
  '/hit/gone': { status: 404, headers: plain, body: 'gone' },
  '/hit/moved': { status: 301, headers: { Location: '/hit/json' }, body: '' },
  '/hit/large': { headers: plain, body: text(90_000) },
  [hugePath]: { headers: plain, body: text(900_000) },
  '/hit/binary': {
    headers: { 'Content-Type': 'image/png' },
    body: '\u0000\u00FF\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  },
  '/hit/query?b=2&a=1': { headers: plain, body: 'query' },
  '/hit/%C3%A9%20': { headers: plain, body: 'percent' },
  '/hit/language': { headers: { ...plain, Vary: 'Accept-Language' }, body: 'language' },
  '/hit/cookie': { isPublic: true, headers: { ...plain, Vary: 'Cookie' }, body: 'cookie' },
  '/declared/1': { headers: json, body: '{"declared":1}' },
  '/public/1': { headers: json, body: '{"public":1}' },
  '/browser/1': { headers: json, body: '{"browser":1}' },
}

const variantsOf: Readonly<Record<string, Warm['variants']>> = {
  '/hit/json': codings,
  '/hit/large': codings,
  '/hit/language': [{ 'Accept-Language': 'en' }, { 'Accept-Language': 'de, en;q=0.5' }, {}],
  '/hit/cookie': [{}, { Cookie: 'theme=dark' }],
}

/** All of it. */
export const warm: readonly Warm[] = Object.entries(pages).map(([path, { body }]) => ({
  path,
  variants: variantsOf[path] ?? [{}],
  isLong: body.length > 2000,
}))

/** The host that it is stored for. */
export const host = 'a.test'

/** The routes of the application. */
export const routes: readonly Route[] = [
  route('GET /declared/:id', { fresh: '1h', stale: '1h', tags: ({ id }) => [`item:${id}`] }),
  route('GET /public/:id', { fresh: '1h', visibility: 'public' }),
  route('GET /browser/:id', { fresh: '1h', browser: '5m' }),
  route('GET /private/:id', { fresh: '1h', visibility: 'private' }),
  route('GET /short/:id', { fresh: '10s', stale: '20s', tags: ({ id }) => [`item:${id}`] }),
]

/** Makes one; each server has its own. */
export function createApplication(): Application {
  const pending = new WeakMap<Socket, number>()
  const add = (socket: Socket, change: number) => pending.set(socket, (pending.get(socket) ?? 0) + change)
  /** An answer that waits for the rest of its request is not owed yet. */
  const owe = ({ socket }: IncomingMessage, response: ServerResponse) => {
    add(socket, 1)
    response.once('close', () => add(socket, -1))
  }
  let isStoring = true
  const held = new WeakMap<Socket, (() => void)[]>()
  const later = (socket: Socket, then: () => void) => {
    const waiting = held.get(socket)
    if (waiting) waiting.push(then)
    else setImmediate(then)
  }
  const answers: Answers = { isStoring: () => isStoring, counts: new Map(), later, owe }
  return {
    listener(request, response) {
      answer(request, response, answers)
    },
    pending: (socket) => pending.get(socket) ?? 0,
    hold: (socket) => void held.set(socket, []),
    goOn(socket) {
      for (const then of held.get(socket) ?? []) setImmediate(then)
      held.delete(socket)
    },
    closeStore() {
      isStoring = false
    },
  }
}

interface Answers {
  isStoring(): boolean
  /** How often a path that changes was asked for. */
  readonly counts: Map<string, number>
  later(socket: Socket, then: () => void): void
  owe(request: IncomingMessage, response: ServerResponse): void
}

function answer(request: IncomingMessage, response: ServerResponse, answers: Answers): void {
  const url = request.url ?? ''
  if (waitsForBody(url)) return afterBody(request, response, answers)
  answers.owe(request, response)
  const page = request.method === 'GET' || request.method === 'HEAD' ? pages[url] : undefined
  if (page) {
    // Of another host, or for headers that nothing is stored for: every connection sees the same store.
    const kept = !answers.isStoring() ? 'no-store' : `${page.isPublic ? 'public, ' : ''}max-age=3600`
    return write(response, {
      ...page,
      headers: { 'Cache-Control': kept, ...page.headers },
      body: varied(page, request),
    })
  }
  if (url.startsWith('/own/')) {
    return write(response, { headers: { ...plain, 'Cache-Control': 'max-age=3600' }, body: `own ${url}` })
  }
  if (/^\/(?:short|private)\//.test(url)) {
    const count = (answers.counts.get(url) ?? 0) + 1
    answers.counts.set(url, count)
    return write(response, { headers: plain, body: `${url} ${count}` })
  }
  if (url.startsWith('/slow')) return answers.later(request.socket, () => respond(request, response, ''))
  if (url.startsWith('/stream')) return stream(request, response, answers)
  respond(request, response, '')
}

const waitsForBody = (url: string) =>
  !Object.hasOwn(pages, url) && !/^\/(?:own|short|private|slow|stream|early)/.test(url)

function afterBody(request: IncomingMessage, response: ServerResponse, { owe }: Answers): void {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    owe(request, response)
    if (request.url?.startsWith('/close')) response.setHeader('Connection', 'close')
    respond(request, response, Buffer.concat(parts).toString('latin1'))
  })
}

/**
 * With its length: without it, node:http would have to close HTTP/1.0 connections, and the cache, which knows it, not. In
 * bytes, as the cache answers: of text that waits its turn, Node queues the head with the body and not before it, and what
 * is queued decides whether it reads on. It puts the head before a 100 that is due, too, unless it was sent by itself.
 */
function write(response: ServerResponse, { status = 200, headers, body }: Page): void {
  const { method, headers: asked } = response.req
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'Content-Length': body.length }) })
  const hasBody = method !== 'HEAD' && status !== 204
  if (hasBody && asked.expect !== undefined && response.socket === null) response.flushHeaders()
  response.end(Buffer.from(body, 'latin1'))
}

const varied = ({ headers, body }: Page, request: IncomingMessage): string => {
  const name = headers?.['Vary']?.toLowerCase()
  return name === undefined ? body : `${body} ${String(request.headers[name])}`
}

/** What the application saw of a request, in one line. */
function respond(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { method, url, httpVersion, rawHeaders, rawTrailers } = request
  const shown = body.length > 200 ? createHash('md5').update(body, 'latin1').digest('hex') : body
  const saw = JSON.stringify({ method, url, httpVersion, rawHeaders, rawTrailers, body: shown })
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Type', 'application/json')
  // A change that succeeds would drop what all connections read.
  if (url !== undefined && Object.hasOwn(pages, url) && method !== 'OPTIONS') response.statusCode = 405
  response.end(`{"saw":${saw}}\n`)
}

function stream(request: IncomingMessage, response: ServerResponse, { later }: Answers): void {
  response.setHeader('Cache-Control', 'no-store')
  response.write('one ')
  later(request.socket, () => {
    response.write('two ')
    later(request.socket, () => response.end('three'))
  })
}
