import type { Buffer } from 'node:buffer'
import { IncomingMessage } from 'node:http'

/** Headers that spoke of the body as it came over the wire. */
const aboutWire: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'content-digest',
  'content-md5',
])

/**
 * The same request with its body decoded. The original has been read to its end and cannot be read again; whatever
 * was left on it by those who stand in front goes along.
 */
export function decodedRequest(original: IncomingMessage, body: Buffer): IncomingMessage {
  const request = new IncomingMessage(original.socket)
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor } = original
  Object.assign(request, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, complete: true })
  const rawHeaders: string[] = []
  for (let index = 0; index < original.rawHeaders.length; index += 2) {
    const name = original.rawHeaders[index]!
    if (!aboutWire.has(name.toLowerCase())) rawHeaders.push(name, original.rawHeaders[index + 1]!)
  }
  request.rawHeaders = [...rawHeaders, 'Content-Length', String(body.length)]
  request.headers = withLength(original.headers, String(body.length))
  request.headersDistinct = withLength(original.headersDistinct ?? {}, [String(body.length)])
  for (const key of Reflect.ownKeys(original)) {
    if (key in request) continue
    Object.defineProperty(request, key, Object.getOwnPropertyDescriptor(original, key)!)
  }
  request.push(body)
  request.push(null)
  return request
}

function withLength<V>(headers: Readonly<Record<string, V>>, length: V): Record<string, V> {
  const kept = Object.entries(headers).filter(([name]) => !aboutWire.has(name))
  return Object.fromEntries([...kept, ['content-length', length]])
}
