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

/** A part of a body whose length can be asked before it is copied: bodies may be larger than anything that is kept. */
export interface Part {
  /** On the wire, in bytes. */
  readonly length: number
  /** A copy, because handlers reuse their buffers; made once. */
  bytes(): Buffer
}

/** Takes a part as a handler wrote it. */
export function partOf(chunk: Chunk, encoding: unknown): Part {
  let copy: Buffer | undefined
  return {
    length: lengthOf(chunk, encoding),
    bytes: () => (copy ??= copyOf(chunk, encoding)),
  }
}

function copyOf(chunk: Chunk, encoding: unknown): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk)
}

/** A body that is kept already, and changes no more. */
export function wholePart(body: Buffer): Part {
  return { length: body.length, bytes: () => body }
}
