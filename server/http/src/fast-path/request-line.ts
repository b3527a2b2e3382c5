import type { Buffer } from 'node:buffer'

/** Where the target begins in a request line, behind `GET `. */
export const targetAt = 4
/** ` HTTP/1.1` and its line end: what stands between the target and the header fields. */
export const versionLength = 11

const space = 0x20
const hash = 0x23
const lastPrintable = 0x7e

/**
 * Reads a request line of the one kind that is answered from the socket: `GET`, a target in origin-form (RFC 9112
 * §3.2.1) of printable ASCII, `HTTP/1.1`, CR LF. Where the target ends in `bytes`; -1 for every other line, and for one
 * that is not there whole.
 */
export function readRequestLine(bytes: Buffer, at: number): number {
  const first = at + targetAt
  const isGet =
    bytes[at] === 0x47 && bytes[at + 1] === 0x45 && bytes[at + 2] === 0x54 && bytes[at + 3] === space
  if (!isGet || bytes[first] !== 0x2f /* a slash */) return -1
  let end = first + 1
  for (; end < bytes.length; end++) {
    const byte = bytes[end]!
    if (byte === space) break
    if (byte < space || byte > lastPrintable || byte === hash) return -1
  }
  return isVersionLine(bytes, end) ? end : -1
}

function isVersionLine(bytes: Buffer, at: number): boolean {
  return (
    at + versionLength <= bytes.length &&
    bytes[at + 1] === 0x48 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x54 &&
    bytes[at + 4] === 0x50 &&
    bytes[at + 5] === 0x2f &&
    bytes[at + 6] === 0x31 &&
    bytes[at + 7] === 0x2e &&
    bytes[at + 8] === 0x31 &&
    bytes[at + 9] === 0x0d &&
    bytes[at + 10] === 0x0a
  )
}
