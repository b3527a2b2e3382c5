import http from 'node:http'
import { text } from 'node:stream/consumers'

/** A client with one connection: all it asks is answered by the same of several workers. */
export interface PinnedClient extends Disposable {
  get<T>(path: string): Promise<T>
  post<T>(path: string, json: unknown, token?: string): Promise<T>
}

export function pinnedClient(origin: string): PinnedClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

  async function send<T>(path: string, options: http.RequestOptions, body?: string): Promise<T> {
    const request = http.request(new URL(path, origin), { ...options, agent })
    request.end(body)
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject)
    })
    const told = await text(response)
    return (told === '' ? undefined : JSON.parse(told)) as T
  }

  return {
    get: (path) => send(path, {}),
    post: (path, json, token) =>
      send(
        path,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            // As browsers send it from a page of the same site.
            origin: new URL(origin).origin,
            ...(token && { authorization: `Bearer ${token}` }),
          },
        },
        JSON.stringify(json),
      ),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
