import http, { type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
  /** Sends the body in pieces, without its length. */
  chunked?: boolean
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export interface TestServer extends AsyncDisposable {
  port: number
  ask(path: string, asked?: Asked): Promise<Answer>
  /** Sends a request, and leaves when told. */
  begin(path: string, asked?: Asked): http.ClientRequest
}

/** Serves `listener` on a port of its own. */
export async function listen(listener: RequestListener): Promise<TestServer> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new http.Agent({ keepAlive: true })

  function begin(path: string, { method = 'GET', headers = {}, body, chunked = false }: Asked = {}) {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent })
    if (chunked) request.write(body)
    request.end(chunked ? undefined : body)
    return request
  }

  return {
    port,
    begin,
    async ask(path, asked) {
      const request = begin(path, asked)
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).once('error', reject)
      })
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Waits until a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('It did not come about in 10 seconds.')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
