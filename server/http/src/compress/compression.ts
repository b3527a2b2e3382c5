import type { RequestListener, ServerResponse } from 'node:http'
import { type Bytes, parseBytes } from '@hotpath/core'
import { httpErrors } from '../errors.ts'
import type { StoredResponse } from '../stored-response.ts'
import { createForms, type Forms } from './coded-forms.ts'
import { namePlainTags } from './incoming.ts'
import { type Compressor, createOutgoing, madeFor } from './outgoing.ts'
import { createPress } from './press.ts'

export interface CompressionOptions {
  /** Bodies compressed at one time, off the event loop, on the threads that Node also reads files with. @default 2 */
  concurrency?: number
  /** Most bytes of whole bodies that wait to be compressed; beyond it they are sent as they are. @default '16MiB' */
  maxWaiting?: Bytes
  /** Streamed responses compressed at one time; beyond it they are sent as they are. @default 64 */
  maxStreams?: number
}

const defaults = {
  concurrency: 2,
  maxWaiting: '16MiB',
  maxStreams: 64,
} as const satisfies Required<CompressionOptions>

/** Compression of what one cache, or one server, sends. */
export interface Compression extends Compressor {
  readonly forms: Forms
  /** Keeps with a stored response what was compressed for the client it was made for. */
  keep(stored: StoredResponse, response: ServerResponse): void
}

/** What a compression has to know of the cache it belongs to. */
export interface CompressionOwner {
  /** Told when a stored response takes more bytes than before. */
  resized(stored: StoredResponse): void
  /** Whether a response is being stored. */
  isKept(response: ServerResponse): boolean
}

/**
 * Makes the compression of one cache.
 * @throws HP_HTTP_COMPRESSION_INVALID, HP_BYTES_INVALID
 */
export function createOwnedCompression(options: CompressionOptions, owner: CompressionOwner): Compression {
  const { concurrency, maxWaiting, maxStreams } = { ...defaults, ...options }
  for (const [name, value] of Object.entries({ concurrency, maxStreams })) {
    if (!Number.isInteger(value) || value < 1) throw httpErrors.HP_HTTP_COMPRESSION_INVALID({ name, value })
  }
  const press = createPress({ concurrency, maxBytes: parseBytes(maxWaiting) })
  const forms = createForms({ press, resized: owner.resized })
  return {
    forms,
    ...createOutgoing({ press, maxStreams, isKept: owner.isKept }),
    keep(stored, response) {
      const made = madeFor(response)
      if (made && stored.forms) forms.adopt(stored, made.coding, made.body)
    },
  }
}

/**
 * Compresses what a listener answers, without a cache: zstd, br or gzip by the client's Accept-Encoding.
 * @throws HP_HTTP_COMPRESSION_INVALID, HP_BYTES_INVALID
 */
export function createCompression(options: CompressionOptions = {}): {
  wrap(listener: RequestListener): RequestListener
} {
  const { begin } = createOwnedCompression(options, { resized: () => {}, isKept: () => false })
  return {
    wrap: (listener) => (request, response) => {
      namePlainTags(request)
      begin(request, response)
      listener(request, response)
    },
  }
}
