import { Buffer } from 'node:buffer'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { bytesOf, type Chunk, isChunk, partOf } from '../chunk.ts'
import { nativeMethods } from '../exchange.ts'
import { applyHead } from '../header-forms.ts'

/** An answer as it is kept for repeats. */
export interface RecordedAnswer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  /** Null where it was larger than may be kept. */
  readonly body: Buffer | null
}

/** Headers that a repeat gets as well. Cookies are not among them, nor what is about one connection or one moment. */
const kept = [
  'content-type',
  'content-language',
  'content-encoding',
  'content-location',
  'content-disposition',
  'location',
  'link',
  'etag',
  'last-modified',
  'cache-control',
  'vary',
]

/** Copies what a handler answers, and tells it when the handler has ended. */
export function recordAnswer(
  response: ServerResponse,
  { maxBytes, onEnd }: { maxBytes: number; onEnd: (answer: RecordedAnswer) => void },
): void {
  const native = nativeMethods(response)
  let chunks: Buffer[] = []
  let bytes = 0
  let isNested = false
  let hasEnded = false

  function take(chunk: Chunk, encoding: unknown): void {
    const part = partOf(chunk, encoding)
    bytes += part.length
    if (bytes > maxBytes) chunks = []
    else chunks.push(Buffer.from(bytesOf(part)))
  }

  /** Node's own end calls write, and our copies would be two. */
  function callNested<R>(method: (...args: unknown[]) => R, args: unknown[]): R {
    isNested = true
    try {
      return method.apply(response, args)
    } finally {
      isNested = false
    }
  }

  Object.assign(response, {
    writeHead(status: number, ...given: [unknown?, unknown?]) {
      if (response.headersSent) return native.writeHead.call(response, status, ...given)
      // So that they can be read from the response at its end.
      applyHead(response, status, given)
      return native.writeHead.call(response, status)
    },
    write(...args: unknown[]) {
      if (!isNested && !hasEnded && isChunk(args[0])) take(args[0], args[1])
      return callNested(native.write, args)
    },
    end(...args: unknown[]) {
      if (!isNested && !hasEnded && isChunk(args[0]) && args[0] !== '') take(args[0], args[1])
      const returned = callNested(native.end, args)
      if (hasEnded) return returned
      hasEnded = true
      const headers: OutgoingHttpHeaders = {}
      for (const name of kept) {
        const value = response.getHeader(name)
        if (value !== undefined) headers[name] = value
      }
      onEnd({ status: response.statusCode, headers, body: bytes > maxBytes ? null : Buffer.concat(chunks) })
      return returned
    },
  })
}
