import { Buffer } from 'node:buffer'
import type { Part } from './chunk.ts'

/**
 * One form of a stored response (RFC 9110 §8): as the handler made it, or in a content coding. Head and body lie in one
 * piece, so that a hit is one write: the kernel's write is half of what it costs, and a head and a body apart are two.
 */
export interface Representation {
  /**
   * Room for the lines that differ from answer to answer, then the lines that do not and the empty line, in Latin-1, then
   * the body. What is in the room belongs to the answer that is being written.
   */
  bytes: Buffer
  /** Where in `bytes` the body begins. */
  readonly bodyAt: number
  /** The last part of `bytes` that was sent, which most often is the next one, too; null before the first answer. */
  view: Buffer | null
  /** Where in `bytes` the view begins. */
  viewAt: number
  /** The lines for writeHead, Age and Cache-Status last; null until they are asked for. */
  full: string[] | null
  /** The same for a 304. */
  notModified: string[] | null
}

/** What is left free in front, in bytes: a status line, Age, Cache-Status, the connection's fields and some more. */
export const roomBytes = 320

/** What a 304 leaves out (RFC 9110 §15.4.5). */
export const contentHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-range',
])

/**
 * Makes a representation of its headers, one pair per line, and its body. The length is added, unless `isBodiless`
 * says that an answer with this status never has a body.
 */
export function representation(
  headers: readonly (readonly [name: string, value: string])[],
  body: Part,
  isBodiless: boolean,
): Representation {
  let head = ''
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`
  head += isBodiless ? '\r\n' : `Content-Length: ${body.length}\r\n\r\n`
  const bodyAt = roomBytes + head.length
  const bytes = Buffer.allocUnsafe(bodyAt + body.length)
  bytes.write(head, roomBytes, 'latin1')
  body.copyTo(bytes, bodyAt)
  return { bytes, bodyAt, view: null, viewAt: 0, full: null, notModified: null }
}

/** The body, not to be written to. */
export const bodyOf = ({ bytes, bodyAt }: Representation): Buffer => bytes.subarray(bodyAt)

/** Its length, in bytes. */
export const bodyLength = ({ bytes, bodyAt }: Representation): number => bytes.length - bodyAt

/** The lines of the whole head. */
export function fullHead(given: Representation): string[] {
  return (given.full ??= withPlaces(headLines(given)))
}

/** The lines of the head of a 304 that stands for it. */
export function notModifiedHead(given: Representation): string[] {
  const kept = () => headLines(given).filter(([name]) => !contentHeaders.has(name.toLowerCase()))
  return (given.notModified ??= withPlaces(kept()))
}

const withPlaces = (headers: [string, string][]) => [...headers.flat(), 'Age', '', 'Cache-Status', '']

/** The headers that a representation was made of, one pair per line, without its length. */
export function headersOf(given: Representation): [name: string, value: string][] {
  return headLines(given).filter(([name]) => name !== 'Content-Length')
}

function headLines({ bytes, bodyAt }: Representation): [name: string, value: string][] {
  const lines = bytes.toString('latin1', roomBytes, bodyAt).split('\r\n').slice(0, -2)
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
}

/** What a representation takes of the byte bound: its bytes, and lines that may be made of its head. */
export const sizeOf = ({ bytes, bodyAt }: Representation): number => bytes.length + 2 * bodyAt
