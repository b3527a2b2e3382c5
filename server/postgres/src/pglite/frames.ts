/** One message on the pipe between the application and the engine. */
export interface Frame<Kind> {
  kind: Kind
  body: Uint8Array
}

const headBytes = 5

/** What `frameReader` reads: the length of the body (uint32, big-endian), the place of `kind` in `kinds`, the body. */
export function frame<Kind>(
  kinds: readonly Kind[],
  kind: Kind,
  parts: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const builder = frameBuilder(kinds, length)
  for (const part of parts) builder.add(part)
  return builder.finish(kind)
}

/** Makes one frame after the other in the same memory. */
export interface FrameBuilder<Kind> {
  add(part: Uint8Array): void
  /** The frame of what was added since the last one. It is to be used before the next is begun. */
  finish(kind: Kind): Uint8Array<ArrayBuffer>
}

/** `room` is how many bytes of a body need no more memory; what a larger one needed is given back after it. */
export function frameBuilder<Kind>(kinds: readonly Kind[], room: number): FrameBuilder<Kind> {
  let bytes = Buffer.allocUnsafe(headBytes + room)
  let end = headBytes
  return {
    add(part) {
      if (end + part.length > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, end + part.length))
        larger.set(bytes.subarray(0, end))
        bytes = larger
      }
      bytes.set(part, end)
      end += part.length
    },
    finish(kind) {
      const whole = bytes.subarray(0, end)
      whole.writeUInt32BE(end - headBytes, 0)
      whole[4] = kinds.indexOf(kind)
      end = headBytes
      if (bytes.length > headBytes + room) bytes = Buffer.allocUnsafe(headBytes + room)
      return whole
    },
  }
}

/**
 * Cuts what arrives into frames, however it was cut on the way. A body that came in one piece is a view of that
 * piece: it is to be used before the piece is written over.
 */
export function frameReader<Kind>(kinds: readonly Kind[]): (piece: Uint8Array) => Frame<Kind>[] {
  const head = Buffer.alloc(headBytes)
  let headFilled = 0
  let body: Uint8Array | undefined
  let bodyFilled = 0

  return (piece) => {
    const frames: Frame<Kind>[] = []
    let offset = 0
    const take = (target: Uint8Array, filled: number): number => {
      const part = piece.subarray(offset, offset + target.length - filled)
      target.set(part, filled)
      offset += part.length
      return filled + part.length
    }
    const finish = (whole: Uint8Array): void => {
      frames.push({ kind: kinds[head[4]!]!, body: whole })
      headFilled = 0
      body = undefined
      bodyFilled = 0
    }
    for (;;) {
      if (headFilled < headBytes) headFilled = take(head, headFilled)
      if (headFilled < headBytes) return frames
      const length = head.readUInt32BE(0)
      if (!body && piece.length - offset >= length) {
        finish(piece.subarray(offset, offset + length))
        offset += length
        continue
      }
      body ??= Buffer.allocUnsafeSlow(length)
      bodyFilled = take(body, bodyFilled)
      if (bodyFilled < length) return frames
      finish(body)
    }
  }
}
