import type { Buffer } from 'node:buffer'
import type { Wire } from './prepared-writer.ts'

/** A head ready for writeHead, whose last two headers are Age and Cache-Status of one second. */
export interface PreparedHead {
  readonly lines: string[]
  /** The second the last two headers speak of, since 1970; -1 before the first use. */
  second: number
}

/** One form of a stored response (RFC 9110 §8): as the handler made it, or in a content coding. */
export interface Representation {
  /** Part of `wire` where there is one. */
  body: Buffer
  readonly full: PreparedHead
  /** Made when it is first asked for. */
  notModified: PreparedHead | null
  /** Head and body in one piece, while it is asked for more than once a second. */
  wire: Wire | null
  /** The second of the last answer, since 1970; -1 before the first. */
  lastSecond: number
}

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
  body: Buffer,
  isBodiless: boolean,
): Representation {
  const length = isBodiless ? [] : ['Content-Length', String(body.length)]
  return {
    body,
    full: prepared([...headers.flat(), ...length]),
    notModified: null,
    wire: null,
    lastSecond: -1,
  }
}

function prepared(lines: readonly string[]): PreparedHead {
  return { lines: [...lines, 'Age', '0', 'Cache-Status', ''], second: -1 }
}

/** The head of a 304 that stands for it. */
export function notModifiedHead(given: Representation): PreparedHead {
  const kept = () => headersOf(given).filter(([name]) => !contentHeaders.has(name.toLowerCase()))
  return (given.notModified ??= prepared(kept().flat()))
}

/** The headers that a representation was made of, one pair per line, without its length. */
export function headersOf({ full }: Representation): [name: string, value: string][] {
  const headers: [string, string][] = []
  // The last two are Age and Cache-Status.
  for (let index = 0; index < full.lines.length - 4; index += 2) {
    const [name, value] = [full.lines[index]!, full.lines[index + 1]!]
    if (name !== 'Content-Length') headers.push([name, value])
  }
  return headers
}

/** The bytes that a representation takes: its body, and its head twice. */
export function sizeOf({ body, full }: Representation): number {
  return body.length + 4 * full.lines.join('').length
}

/** Lets nothing prepared be sent any more: it speaks of a time that has changed. */
export function unprepare(given: Representation): void {
  given.full.second = -1
  given.notModified = null
  given.wire = null
}
