import { Buffer } from 'node:buffer'

/**
 * As Node's own pool of small buffers, in bytes. The last thing that is kept in a slab keeps all of it: were slabs larger,
 * a few responses that stay while their neighbours go could hold many times the bytes that they are counted for.
 */
const slabBytes = 8 * 1024
/** Of longer pieces, too few would fit, and the rest of a slab would be lost. */
const longest = slabBytes / 2

/** Bytes in a slab, for whoever asked to write to, once. */
export interface Reserved {
  readonly bytes: Buffer
  /** Where they begin. */
  readonly at: number
}

let current = Buffer.alloc(0)
let used = 0

/**
 * Room for `length` bytes beside those that were asked for before and after; undefined where they are too many. A buffer
 * for each small thing that is kept costs the garbage collector more than the bytes. It is meant for what leaves in the
 * order in which it came, as entries do that nobody asks for.
 */
export function reserve(length: number): Reserved | undefined {
  if (length > longest) return undefined
  if (used + length > current.length) {
    current = Buffer.allocUnsafeSlow(slabBytes)
    used = 0
  }
  const at = used
  used += length
  return { bytes: current, at }
}
