/** Where a request comes from, as its `traceparent` says (W3C Trace Context §3.2). */
export interface Traceparent {
  /** 32 hexadecimal digits. */
  traceId: string
  /** Of the caller's span: 16 hexadecimal digits. */
  spanId: string
  /** Whether the caller may have recorded it. */
  isSampled: boolean
}

/** Longest header that is looked at, in characters; a later version may have more fields than ours. */
const longest = 256
const form = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/

/**
 * Reads the header; undefined for what is none. Nothing is trusted but its form: anybody may send any id. Of versions
 * after 00 the fields that 00 has are read (§4.3).
 */
export function parseTraceparent(header: unknown): Traceparent | undefined {
  if (typeof header !== 'string' || header.length > longest) return undefined
  const [, version, traceId, spanId, flags, more] = form.exec(header) ?? []
  if (traceId === undefined || (version === '00' && more === '-')) return undefined
  return { traceId, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 }
}

/** The header of version 00. */
export function formatTraceparent({ traceId, spanId, isSampled }: Traceparent): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}
