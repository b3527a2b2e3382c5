import http, { type IncomingMessage, type RequestListener } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { createTagSpace } from '@hotpath/cache'
import { createHttpCache, type HttpCacheOptions, interceptRequests } from '@hotpath/http'
import { createProxy, isWebSocket, type Proxy, type ProxyOptions } from '@hotpath/http/proxy'

/** An origin, a proxy in front of it, and ways to talk to the proxy. */
export interface Proxying extends AsyncDisposable {
  readonly port: number
  readonly originPort: number
  readonly proxy: Proxy
  /** Sends bytes as they are and returns everything that comes back until the connection ends. */
  raw(bytes: string): Promise<string>
  ask(path: string, options?: http.RequestOptions & { body?: string }): Promise<Told>
}

export interface Told {
  status: number
  headers: http.IncomingHttpHeaders
  trailers: NodeJS.Dict<string>
  body: string
  interim: { status: number; headers: http.IncomingHttpHeaders }[]
}

export interface ProxyingOptions extends Partial<Omit<ProxyOptions, 'cache' | 'origin'>> {
  /** Options of a cache; without them there is none, and every request reaches the origin. */
  cache?: Partial<HttpCacheOptions>
}

/** Answers connections byte by byte, as odd servers do. */
export type RawOrigin = (socket: Socket) => void

export async function proxyBefore(
  origin: http.Server | net.Server,
  options: ProxyingOptions = {},
): Promise<Proxying> {
  const { cache: given, ...rest } = options
  const originPort = await listening(origin)
  const tags = createTagSpace()
  const cache = given
    ? createHttpCache({ routes: [], ...given, tags })
    : { wrap: (listener: RequestListener) => listener }
  const proxy = createProxy({ ...rest, origin: `http://127.0.0.1:${originPort}`, cache })
  const server = http.createServer({ shouldUpgradeCallback: isWebSocket })
  interceptRequests(server, () => proxy.listener)
  server.on('upgrade', proxy.upgrade)
  const port = await listening(server)
  return {
    port,
    originPort,
    proxy,
    raw: (bytes) => raw(port, bytes),
    ask: (path, asked = {}) => ask({ host: '127.0.0.1', port, path, ...asked }),
    async [Symbol.asyncDispose]() {
      proxy.endUpgrades()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (origin instanceof http.Server) origin.closeAllConnections()
      const closed = new Promise((resolve) => origin.close(resolve))
      await proxy.close()
      await closed
      await tags.close()
    },
  }
}

export async function listening(server: net.Server): Promise<number> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** An origin that answers what it was asked, as JSON, uncached. */
export function echo(): http.Server {
  return http.createServer((request, response) => {
    const { method, url, headers, rawHeaders } = request
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method, url, headers, rawHeaders, body }))
    })
  })
}

export interface Echoed {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  rawHeaders: string[]
  body: string
}

/** An origin of which every connection is handled by hand. */
export function byHand(handle: RawOrigin): net.Server {
  const open = new Set<Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    handle(socket)
  })
  const { close } = server
  server.close = (done) => {
    for (const socket of open) socket.destroy()
    return close.call(server, done)
  }
  return server
}

export async function raw(port: number, bytes: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  socket.write(bytes, 'latin1')
  let text = ''
  socket.setEncoding('latin1').on('data', (part) => {
    text += part
  })
  await new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => {}))
  return text
}

async function ask({ body, ...options }: http.RequestOptions & { body?: string }): Promise<Told> {
  const interim: Told['interim'] = []
  const request = http.request({ ...options, agent: false })
  request.on('information', ({ statusCode, headers }) => interim.push({ status: statusCode, headers }))
  request.end(body)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  let text = ''
  for await (const part of response.setEncoding('latin1') as AsyncIterable<string>) text += part
  const { statusCode: status = 0, headers, trailers } = response
  return { status, headers, trailers, body: text, interim }
}
