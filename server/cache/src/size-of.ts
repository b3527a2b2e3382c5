import { cacheErrors } from './errors.ts'

/** What V8 spends on a heap object before its first property, and on one slot; measured on 64-bit Node 24. */
const objectBytes = 24
const slotBytes = 8
const stringBytes = 16
const boxedNumberBytes = 16
const collectionSlotBytes = 32
/** Shorter strings are counted at two bytes per character unread: looking costs more than the error. */
const shortString = 64

/**
 * Roughly the heap that `value` occupies, in bytes. It walks the value once: strings by their length (one byte per
 * character when all are ASCII, else two), buffers by theirs, objects, arrays, maps and sets by their slots and what
 * these hold. What is reached twice counts once; functions and hidden state of classes count as an empty object.
 * Enumerable getters are read, as JSON.stringify does.
 */
export function sizeOf(value: unknown): number {
  let bytes = slotBytes
  const seen = new Set<object>()
  const unread: unknown[] = [value]
  while (unread.length > 0) {
    const next = unread.pop()
    if (typeof next !== 'object' || next === null) {
      bytes += primitiveBytes(next)
    } else if (!seen.has(next)) {
      seen.add(next)
      bytes += objectBytes + contents(next, unread)
    }
  }
  return bytes
}

function primitiveBytes(value: unknown): number {
  if (typeof value === 'string') return stringBytes + characterBytes(value)
  if (typeof value === 'number') return Number.isInteger(value) ? 0 : boxedNumberBytes
  if (typeof value === 'bigint') return boxedNumberBytes + value.toString(16).length / 2
  return typeof value === 'function' ? objectBytes : 0
}

function characterBytes(text: string): number {
  const twoBytes = text.length * 2
  if (text.length < shortString) return twoBytes
  return Buffer.byteLength(text) === text.length ? text.length : twoBytes
}

/** The bytes an object itself holds; what it refers to is left in `unread`. */
function contents(object: object, unread: unknown[]): number {
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer || object instanceof SharedArrayBuffer) {
    return object.byteLength
  }
  if (object instanceof Map) {
    for (const [key, value] of object) unread.push(key, value)
    return object.size * collectionSlotBytes
  }
  if (object instanceof Set) {
    for (const value of object) unread.push(value)
    return object.size * collectionSlotBytes
  }
  const values: unknown[] = Object.values(object)
  for (const value of values) unread.push(value)
  return values.length * slotBytes
}

/** @throws HP_CACHE_SIZE_INVALID */
export function requireSize(bytes: number): number {
  if (Number.isFinite(bytes) && bytes >= 0) return bytes
  throw cacheErrors.HP_CACHE_SIZE_INVALID({ given: String(bytes) })
}
