import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'

/** No answer that a scenario reads is larger: a small one that unfolds to gigabytes must not end the run. */
const maxOutputLength = 256 * 1024 * 1024

const decoders: Record<string, (body: Buffer) => Buffer> = {
  gzip: (body) => gunzipSync(body, { maxOutputLength }),
  'x-gzip': (body) => gunzipSync(body, { maxOutputLength }),
  br: (body) => brotliDecompressSync(body, { maxOutputLength }),
  zstd: (body) => zstdDecompressSync(body, { maxOutputLength }),
  // Some servers send deflate without the zlib wrapper that RFC 9110 §8.4.1.2 asks for.
  deflate: (body) =>
    (body[0]! & 0x0f) === 8
      ? inflateSync(body, { maxOutputLength })
      : inflateRawSync(body, { maxOutputLength }),
  identity: (body) => body,
}

/**
 * The content of a body as transferred: its codings undone, the last one first (RFC 9110 §8.4).
 * @throws Error when a coding is unknown, or the body is not of it
 */
export function decodeBody(body: Buffer, contentEncoding: string | undefined): Buffer {
  if (contentEncoding === undefined || body.length === 0) return body
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase())
  return codings.reduceRight((content, coding) => {
    const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
    if (!decode) throw new Error(`the content coding ${JSON.stringify(coding)} is not known`)
    return decode(content)
  }, body)
}
