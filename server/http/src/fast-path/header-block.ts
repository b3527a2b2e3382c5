import { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { bypassReason } from '../bypass.ts'
import { hasKey, keyEnd } from '../key.ts'
import type { RequestHead } from '../request-head.ts'
import { type RequestFacts, requestFacts } from '../request-facts.ts'
import { readHeaderFields } from './header-fields.ts'

/** The field lines of a request head with all that follows from them, whatever the target. */
export interface HeaderBlock {
  /** As they came, to the empty line and with it. */
  readonly bytes: Buffer
  readonly headers: IncomingHttpHeaders
  readonly facts: RequestFacts
  readonly host: string | undefined
  /** What they add to a key. */
  readonly keyEnd: string
}

/** Reads header blocks; null for one whose requests are handed over. */
export type ReadBlock = (bytes: Buffer, at: number, socket: Socket) => HeaderBlock | null

export interface BlockOptions {
  /** Longest request head, in bytes. */
  readonly maxLength: number
  /** Brings fields into the form in which they count; false hands their requests over. */
  readonly receive: (headers: IncomingHttpHeaders) => boolean
}

const emptyLine = '\r\n\r\n'

/** Blocks remembered: clients of one kind send the same, and so does each of them with every request. */
const mostBlocks = 256

/** Makes the reader of one server. What it has read before, it only compares. */
export function createBlockReader({ maxLength, receive }: BlockOptions): ReadBlock {
  const known = new Map<string, HeaderBlock>()

  return (bytes, at, socket) => {
    const end = bytes.indexOf(emptyLine, at, 'latin1')
    if (end === -1 || end + emptyLine.length - at > maxLength) return null
    const text = bytes.toString('latin1', at, end + emptyLine.length)
    const found = known.get(text)
    if (found !== undefined) return found
    const headers = readHeaderFields(text)
    if (headers === undefined || !receive(headers)) return null
    const block = blockOf(text, headers, socket)
    if (block === null) return null
    if (known.size >= mostBlocks) known.clear()
    known.set(text, block)
    return block
  }
}

function blockOf(text: string, headers: IncomingHttpHeaders, socket: Socket): HeaderBlock | null {
  const head = requestHead('/', headers, socket)
  if (!hasKey(head) || bypassReason(head) !== undefined) return null
  return {
    bytes: Buffer.from(text, 'latin1'),
    // Requests of several connections may share it.
    headers: Object.freeze(headers),
    facts: requestFacts('GET', headers),
    host: headers.host,
    keyEnd: keyEnd(head),
  }
}

/** A request of the strict subset, as it is seen by whatever looks at requests. */
export function requestHead(url: string, headers: IncomingHttpHeaders, socket: Socket): RequestHead {
  return {
    method: 'GET',
    url,
    headers,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    socket,
  }
}

/** Whether `bytes` go on at `at` as the block does: then it is the same block, since its end is part of it. */
export function isSameBlock({ bytes: block }: HeaderBlock, bytes: Buffer, at: number): boolean {
  const end = at + block.length
  return end <= bytes.length && bytes.compare(block, 0, block.length, at, end) === 0
}
