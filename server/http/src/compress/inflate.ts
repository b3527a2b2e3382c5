import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'

/** What bodies may be coded in, as it is told to clients in Accept-Encoding (RFC 9110 §12.5.3). */
export const decodable = 'zstd, br, gzip, deflate'

const decoders = {
  zstd: createZstdDecompress,
  br: createBrotliDecompress,
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
} as const

export type BodyCoding = keyof typeof decoders

/** The one coding of a body; `identity` where it has none, undefined where it cannot be decoded here. */
export function bodyCoding(contentEncoding: string | undefined): BodyCoding | 'identity' | undefined {
  const applied = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  const [coding] = applied
  if (coding === undefined) return 'identity'
  return applied.length === 1 && Object.hasOwn(decoders, coding) ? (coding as BodyCoding) : undefined
}

/** Bounds of one body, in bytes, and as a share. */
export interface InflateLimits {
  readonly maxCompressedBytes: number
  readonly maxBytes: number
  /** Most bytes decoded per byte that came. */
  readonly maxRatio: number
  /** Asks for as many bytes of memory more; false where there are none left. */
  take(bytes: number): boolean
}

/** Why a body was not decoded. */
export type InflateFailure = 'compressed-too-large' | 'too-large' | 'ratio' | 'malformed' | 'busy' | 'aborted'

/** Below this, anything may compress as well as it likes: a page of blanks is no bomb. */
const ratioCountsFrom = 64 * 1024

/** Reads a coded body to its end, decoded, and stops as soon as a bound is crossed. Never rejects. */
export function inflate(
  source: Readable,
  coding: BodyCoding,
  limits: InflateLimits,
): Promise<Buffer | InflateFailure> {
  const { promise, resolve } = Promise.withResolvers<Buffer | InflateFailure>()
  const decoder = decoders[coding]()
  const chunks: Buffer[] = []
  let compressed = 0
  let bytes = 0
  let isSettled = false

  function settle(outcome: Buffer | InflateFailure): void {
    isSettled = true
    source.unpipe(decoder)
    decoder.destroy()
    resolve(outcome)
  }

  source.on('data', (chunk: Buffer) => {
    compressed += chunk.length
    if (compressed > limits.maxCompressedBytes) settle('compressed-too-large')
  })
  decoder.on('data', (chunk: Buffer) => {
    if (isSettled) return
    bytes += chunk.length
    if (bytes > limits.maxBytes) return settle('too-large')
    if (bytes > ratioCountsFrom && bytes > compressed * limits.maxRatio) return settle('ratio')
    if (!limits.take(chunk.length)) return settle('busy')
    chunks.push(chunk)
  })
  decoder.once('end', () => settle(Buffer.concat(chunks, bytes)))
  decoder.once('error', () => settle('malformed'))
  source.once('error', () => settle('aborted'))
  source.once('close', () => {
    if (!source.readableEnded) settle('aborted')
  })
  source.pipe(decoder)
  return promise
}
