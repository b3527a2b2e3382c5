import { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { type HeaderBlock as KnownBlock, sharedBlock } from '../header-block.ts'
import { plainHead } from '../request-head.ts'
import { readHeaderFields } from './header-fields.ts'

/** A header block with its bytes. */
export interface HeaderBlock extends KnownBlock {
  /** The field lines as they came, to the empty line and with it. */
  readonly bytes: Buffer
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
    const shared = sharedBlock(plainHead('/', headers, socket))
    if (shared === null) return null
    const block = { ...shared, bytes: Buffer.from(text, 'latin1') }
    if (known.size >= mostBlocks) known.clear()
    known.set(text, block)
    return block
  }
}

/** Whether `bytes` go on at `at` as the block does: then it is the same block, since its end is part of it. */
export function isSameBlock({ bytes: block }: HeaderBlock, bytes: Buffer, at: number): boolean {
  const end = at + block.length
  return end <= bytes.length && bytes.compare(block, 0, block.length, at, end) === 0
}
