import { Buffer } from 'node:buffer'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { tapAnswer } from '../answer-tap.ts'
import { bytesOf } from '../chunk.ts'

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
  let chunks: Buffer[] = []
  let bytes = 0
  tapAnswer(response, {
    part(part) {
      bytes += part.length
      if (bytes > maxBytes) chunks = []
      else chunks.push(bytesOf(part))
    },
    ended() {
      const headers: OutgoingHttpHeaders = {}
      for (const name of kept) {
        const value = response.getHeader(name)
        if (value !== undefined) headers[name] = value
      }
      onEnd({ status: response.statusCode, headers, body: bytes > maxBytes ? null : Buffer.concat(chunks) })
    },
  })
}
