import { Buffer } from 'node:buffer'
import { copyPart, type Part } from './chunk.ts'
import { reserve } from './slab.ts'

/**
 * One form of a stored response (RFC 9110 §8): as the handler made it, or in a content coding. Head and body lie in one
 * piece, so that a hit is one write: the kernel's write is half of what it costs, and a head and a body apart are two.
 *
 * Most responses are never asked for again. Until the first time, small ones lie side by side in a slab; then each gets a
 * piece of its own, with room for the lines that differ from answer to answer.
 */
export interface Representation {
  /** The lines that do not differ and the empty line, in Latin-1, then the body; other things around them. */
  bytes: Buffer
  /** Where in `bytes` those lines begin. */
  headAt: number
  /** Where in `bytes` the body begins. */
  bodyAt: number
  /** Where in `bytes` the body ends. */
  end: number
  /** The bytes are its own, and begin with room, in which stands what belongs to the answer that is being written. */
  hasRoom: boolean
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
  const length = head.length + body.length
  const slab = reserve(length)
  const hasRoom = slab === undefined
  const bytes = slab?.bytes ?? Buffer.allocUnsafe(roomBytes + length)
  const headAt = slab?.at ?? roomBytes
  const bodyAt = headAt + head.length
  bytes.write(head, headAt, 'latin1')
  copyPart(body, bytes, bodyAt)
  const end = headAt + length
  return { bytes, headAt, bodyAt, end, hasRoom, view: null, viewAt: 0, full: null, notModified: null }
}

/** Its bytes as its own, with room in front. */
export function withRoom(form: Representation): Buffer {
  if (!form.hasRoom) moveTo(form, Buffer.allocUnsafe(roomBytes + form.end - form.headAt))
  return form.bytes
}

/** Leaves its bytes to whoever still reads them. */
export function renew(form: Representation): void {
  moveTo(form, Buffer.allocUnsafe(form.bytes.length))
}

function moveTo(form: Representation, bytes: Buffer): void {
  form.bytes.copy(bytes, roomBytes, form.headAt, form.end)
  const moved = roomBytes - form.headAt
  form.bytes = bytes
  form.headAt = roomBytes
  form.bodyAt += moved
  form.end += moved
  form.hasRoom = true
  form.view = null
}

/** The body, not to be written to. */
export const bodyOf = ({ bytes, bodyAt, end }: Representation): Buffer => bytes.subarray(bodyAt, end)

/** Its length, in bytes. */
export const bodyLength = ({ bodyAt, end }: Representation): number => end - bodyAt

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

function headLines({ bytes, headAt, bodyAt }: Representation): [name: string, value: string][] {
  const lines = bytes.toString('latin1', headAt, bodyAt).split('\r\n').slice(0, -2)
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
}

/** Its length on the wire with room in front, in bytes. */
export const lengthOf = ({ headAt, end }: Representation): number => roomBytes + end - headAt

/** What a representation takes of the byte bound: its bytes, and lines that may be made of its head. */
export const sizeOf = (given: Representation): number =>
  lengthOf(given) + 2 * (roomBytes + given.bodyAt - given.headAt)
