import type { Buffer } from 'node:buffer'
import { promisify } from 'node:util'
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from 'node:zlib'

/** A content coding that this layer makes (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
export type Coding = 'br' | 'zstd' | 'gzip'

export const codings: readonly Coding[] = ['br', 'zstd', 'gzip']

/** A body for one client alone, or one that is kept and sent many times. */
export type Effort = 'passing' | 'kept'

const {
  BROTLI_PARAM_LGWIN,
  BROTLI_PARAM_QUALITY,
  BROTLI_PARAM_SIZE_HINT,
  ZSTD_c_compressionLevel: zstdLevel,
} = constants

/** Where quality still rises without the cost rising with it: one step more of Brotli, from 9 on, costs ten times. */
const quality = {
  passing: { br: 4, zstd: 3, gzip: 4 },
  kept: { br: 6, zstd: 9, gzip: 6 },
} as const satisfies Record<Effort, Record<Coding, number>>

/** A smaller window than the default of 4 MiB: there may be many streams at one time. */
const streamWindowBits = 18

const encoders = {
  br: promisify(brotliCompress),
  zstd: promisify(zstdCompress),
  gzip: promisify(gzip),
}

/** Compresses a whole body on libuv's threads. */
export function encode(body: Buffer, coding: Coding, effort: Effort): Promise<Buffer> {
  const level = quality[effort][coding]
  // One piece of output is one trip to a thread; the default of 16 KiB would take many.
  const chunkSize = Math.max(1024, body.length)
  if (coding === 'br') {
    const params = { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_SIZE_HINT]: body.length }
    return encoders.br(body, { chunkSize, params })
  }
  if (coding === 'zstd') return encoders.zstd(body, { chunkSize, params: { [zstdLevel]: level } })
  return encoders.gzip(body, { chunkSize, level })
}

/** A stream that compresses as it is written, on libuv's threads. */
export function encoderStream(coding: Coding): Encoder {
  const level = quality.passing[coding]
  if (coding === 'br') {
    const params = { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_LGWIN]: streamWindowBits }
    return createBrotliCompress({ params })
  }
  if (coding === 'zstd') return createZstdCompress({ params: { [zstdLevel]: level } })
  return createGzip({ level })
}

/** `flush` lets everything written so far out. */
export type Encoder = ReturnType<typeof createGzip | typeof createBrotliCompress | typeof createZstdCompress>
