import http from 'node:http'
import http2 from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { certificate } from './certificate.ts'
import type { Framework } from './application.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  trailers: Record<string, string | string[] | undefined>
  /** The headers of the 103 that came before, if one did. */
  hints: Record<string, string | string[] | undefined> | undefined
  body: string
  /** The body as it came. */
  bytes: Buffer
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** One connection to a server, over one of the protocols. */
export interface Client {
  ask(path: string, asked?: Asked): Promise<Answer>
  /** Asks and does not wait for the answer. `leave` gives it up. */
  begin(path: string): { leave(): void }
  close(): void
}

/** Connects to a server of this machine. */
export function connect(protocol: Framework['protocol'], port: number): Client {
  return protocol === 'http/1.1' ? connectHttp1(port) : connectHttp2(protocol, port)
}

function connectHttp1(port: number): Client {
  const agent = new http.Agent({ keepAlive: true })
  return {
    async ask(path, { method = 'GET', headers = {}, body } = {}) {
      const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent })
      let hints: Answer['hints']
      request.on('information', ({ headers }) => (hints = headers))
      request.end(body)
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).once('error', reject)
      })
      const bytes = await buffer(response)
      const { statusCode: status = 0, trailers } = response
      return { status, headers: response.headers, trailers, hints, bytes, body: bytes.toString() }
    },
    begin(path) {
      const request = http.get({ host: '127.0.0.1', port, path })
      request.once('error', () => {})
      return { leave: () => void request.destroy() }
    },
    close: () => agent.destroy(),
  }
}

function connectHttp2(protocol: 'h2' | 'h2c', port: number): Client {
  const origin = `${protocol === 'h2' ? 'https' : 'http'}://localhost:${port}`
  const session = http2.connect(origin, { ca: certificate.cert, lookup: onLoopback })
  const start = (path: string, { method = 'GET', headers = {}, body }: Asked) => {
    const { host, ...others } = headers
    const authority = host === undefined ? {} : { ':authority': host }
    const stream = session.request(
      { ':path': path, ':method': method, ...authority, ...others },
      { endStream: body === undefined },
    )
    if (body !== undefined) stream.end(body)
    return stream
  }
  return {
    async ask(path, asked = {}) {
      const stream = start(path, asked)
      let [hints, trailers]: [Answer['hints'], Answer['trailers']] = [undefined, {}]
      stream.on('headers', (given) => (hints = given as Answer['headers']))
      stream.on('trailers', (given) => (trailers = given as Answer['headers']))
      const headers = await new Promise<http2.IncomingHttpHeaders>((resolve, reject) => {
        stream.once('response', resolve).once('error', reject)
      })
      const bytes = await buffer(stream)
      return {
        status: Number(headers[':status']),
        headers,
        trailers,
        hints,
        bytes,
        body: bytes.toString(),
      }
    },
    begin(path) {
      const stream = start(path, {})
      stream.once('error', () => {})
      return { leave: () => stream.close(http2.constants.NGHTTP2_CANCEL) }
    },
    close: () => session.destroy(),
  }
}

/** `localhost` is in the certificate, and may mean another address here. */
const onLoopback = ((_host: string, _options: unknown, found: (...args: unknown[]) => void) =>
  found(null, [{ address: '127.0.0.1', family: 4 }])) as never
