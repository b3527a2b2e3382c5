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
  const whole = Buffer.allocUnsafe(headBytes + length)
  whole.writeUInt32BE(length, 0)
  whole[4] = kinds.indexOf(kind)
  let offset = headBytes
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
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
      body ??= new Uint8Array(length)
      bodyFilled = take(body, bodyFilled)
      if (bodyFilled < length) return frames
      finish(body)
    }
  }
}
