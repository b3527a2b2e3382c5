import http, { type RequestListener } from 'node:http'
import { route } from '@hotpath/core'
import { type Serving, serve } from '../serving.ts'
import { type Connection, get, open } from './connection.ts'

export const routes = (['/x', '/middle', '/large'] as const).map((path) =>
  route(`GET ${path}`, { fresh: '1m' }),
)
/** Bodies by path, without their ends. */
const stored: Readonly<Record<string, string>> = {
  '/x': '',
  // Less than a stream holds before it asks for a pause.
  '/middle': 'm'.repeat(40_000),
  '/large': 'l'.repeat(300_000),
}

/** Its answers to what `stored` holds are stored; that of GET /wait comes when it is let go. */
export function application() {
  const waiting: (() => void)[] = []
  const listener: RequestListener = ({ url = '' }, response) => {
    const body = stored[url]
    if (body === undefined) response.setHeader('Cache-Control', 'no-store')
    if (url === '/kept') response.setHeader('Connection', 'keep-alive')
    if (url.startsWith('/wait')) waiting.push(() => response.end('wait-end'))
    else response.end(body === undefined ? 'other-end' : `${body}${url.slice(1)}-end`)
  }
  return { listener, waiting }
}

interface Given extends http.ServerOptions {
  readonly timeout?: number
}

type Mixed = Serving & { readonly waiting: (() => void)[] }

export async function serveMixed(fastPath: boolean, given: Given = {}): Promise<Mixed> {
  const { timeout = 0, ...options } = given
  const { listener, waiting } = application()
  const app = await serve(listener, {
    routes,
    build(cache) {
      const server = http.createServer(options, listener)
      server.timeout = timeout
      cache.attach(server, { fastPath })
      return server
    },
  })
  for (const path of Object.keys(stored)) await app.get(path, { host: 'a.example' })
  return Object.assign(app, { waiting })
}

/** A connection that node:http has answered on, and after it a hit. */
export async function used(app: Serving): Promise<Connection> {
  const connection = await open(app)
  for (const path of ['/x', '/other', '/x']) await connection.ask(get(path), '-end')
  return connection
}
