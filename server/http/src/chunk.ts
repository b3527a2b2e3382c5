import { Buffer } from 'node:buffer'

/** A part of a body as handlers write it. */
export type Chunk = string | Uint8Array

/** Anything else is left to the native methods, which refuse it. */
export const isChunk = (chunk: unknown): chunk is Chunk =>
  typeof chunk === 'string' || chunk instanceof Uint8Array

const encodingOf = (encoding: unknown) =>
  typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'

/** Its length on the wire, in bytes. */
export function lengthOf(chunk: Chunk, encoding: unknown): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encodingOf(encoding)) : chunk.byteLength
}

/**
 * A part of a body whose length can be asked before it is copied: bodies may be larger than anything that is kept. Plain
 * data, as every response makes one.
 */
export interface Part {
  /** On the wire, in bytes. */
  readonly length: number
  /** As it was given; once it has been copied, the copy. */
  chunk: Chunk
  readonly encoding: BufferEncoding
  /** The chunk is a buffer that is nobody else's. */
  isOwn: boolean
}

/** Takes a part as a handler wrote it. */
export function partOf(chunk: Chunk, encoding: unknown): Part {
  return { length: lengthOf(chunk, encoding), chunk, encoding: encodingOf(encoding), isOwn: false }
}

/** A body that is kept already, and changes no more. */
export function wholePart(body: Buffer): Part {
  return { length: body.length, chunk: body, encoding: 'utf8', isOwn: true }
}

/** A part as a buffer that is nobody else's, not to be written to; made once. */
export function bytesOf(part: Part): Buffer {
  const { chunk, encoding, isOwn } = part
  if (isOwn) return chunk as Buffer
  const copy = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk)
  part.chunk = copy
  part.isOwn = true
  return copy
}

/** A part as it was given, or as a buffer: for reading at once, not to be written to. */
export function contentOf(part: Part): Chunk {
  const isCoded = typeof part.chunk === 'string' && part.encoding !== 'utf8'
  return isCoded ? bytesOf(part) : part.chunk
}

/** Makes a part last beyond the call that it came by: handlers reuse their buffers. */
export function holdPart(part: Part): void {
  if (typeof part.chunk !== 'string') bytesOf(part)
}

/** Writes all of a part into `target`, from `at` on. */
export function copyPart(part: Part, target: Buffer, at: number): void {
  const given = contentOf(part)
  if (typeof given === 'string') {
    target.write(given, at)
    return
  }
  target.set(given, at)
  // Base64 that is none decodes to fewer bytes than its length says: nothing of what lay in `target` may stay.
  if (given.length < part.length) target.fill(0, at + given.length, at + part.length)
}

/** Parts one after the other, as one; the only one as it is. */
export function joinedPart(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0]!
  return wholePart(Buffer.concat(parts.map(bytesOf)))
}
