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
  /** As it was given, or as a buffer: for reading at once, not to be written to. */
  content(): Chunk
  /** As a buffer that is nobody else's, not to be written to; made once. */
  bytes(): Buffer
  /** Makes it last beyond the call that it came by: handlers reuse their buffers. */
  hold(): void
  /** Writes all of it into `target`, from `at` on. */
  copyTo(target: Buffer, at: number): void
}

/** Takes a part as a handler wrote it. */
export function partOf(chunk: Chunk, encoding: unknown): Part {
  const length = lengthOf(chunk, encoding)
  let copy: Buffer | undefined
  const bytes = () => (copy ??= copyOf(chunk, encoding))
  const content = () => {
    if (typeof chunk !== 'string') return copy ?? chunk
    return encodingOf(encoding) === 'utf8' ? chunk : bytes()
  }
  return {
    length,
    bytes,
    content,
    hold() {
      if (typeof chunk !== 'string') bytes()
    },
    copyTo(target, at) {
      const given = content()
      if (typeof given === 'string') target.write(given, at)
      else copyBytes(given, { target, at, length })
    },
  }
}

/** Base64 that is none decodes to fewer bytes than its length says: nothing of what lay in `target` may stay. */
function copyBytes(
  bytes: Uint8Array,
  { target, at, length }: { target: Buffer; at: number; length: number },
): void {
  target.set(bytes, at)
  if (bytes.length < length) target.fill(0, at + bytes.length, at + length)
}

function copyOf(chunk: Chunk, encoding: unknown): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk)
}

/** A body that is kept already, and changes no more. */
export function wholePart(body: Buffer): Part {
  const bytes = () => body
  return {
    length: body.length,
    content: bytes,
    bytes,
    hold() {},
    copyTo: (target, at) => target.set(body, at),
  }
}

/** Parts one after the other, as one; the only one as it is. */
export function joinedPart(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0]!
  return wholePart(Buffer.concat(parts.map((part) => part.bytes())))
}
