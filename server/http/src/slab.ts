import { Buffer } from 'node:buffer'

/** Large enough that its own cost is nothing beside what lies in it. In bytes. */
const slabBytes = 64 * 1024
/** Of longer pieces, too few would fit, and the rest of a slab would be lost. */
const longest = 8 * 1024

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
 * for each small thing that is kept costs the garbage collector more than the bytes. A slab lasts as long as anything in
 * it is kept: it is meant for what leaves in the order in which it came, as entries do that nobody asks for.
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
