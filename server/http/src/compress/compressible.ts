/** Smaller bodies fit into one packet anyway. In bytes. */
export const leastBytes = 1_024

const shrinkingTypes =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|text|yaml|cbor|wasm|javascript|ecmascript|x-javascript|ndjson|x-ndjson|jsonl|jsonlines|graphql|sql|rtf|postscript|manifest|toml|vnd\.ms-fontobject|x-font-ttf)\b|font\/(?:ttf|otf|collection)\b|image\/(?:svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)\b)/i

/** Reads a header of a response; undefined where there is none. */
export type ReadHeader = (name: string) => string | undefined

/**
 * Whether a response is one that compression is for: text of some kind, not coded already, whole, and nobody forbade
 * it (`no-transform`, RFC 9111 §5.2.2.6). Images, videos, archives and fonts in woff2 are compressed already; an
 * event stream must not wait in a compressor.
 */
export function isCompressible(status: number, read: ReadHeader): boolean {
  if (status < 200 || status === 204 || status === 205 || status === 206 || status === 304) return false
  const type = read('content-type')
  if (type === undefined || !shrinkingTypes.test(type) || /^text\/event-stream\b/i.test(type)) return false
  const coding = read('content-encoding')
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') return false
  if (read('content-range') !== undefined) return false
  return !/(?:^|[\s,])no-transform\b/i.test(read('cache-control') ?? '')
}
