import { asBuffer } from './as-buffer.ts'
import { describe, reasonOf } from '../describe.ts'
import { cacheErrors } from '../errors.ts'
import { compress, decompress } from './compression.ts'
import { findUnwritable } from './find-unwritable.ts'
import type { Serializer } from './serializer.ts'
import { readStructured, writeStructured } from './structured.ts'
import { formFor } from './value-form.ts'

/** A value as bytes. */
export interface EncodedValue {
  /**
   * One letter for each step of writing, in their order. First what wrote the value: `j` JSON, `v` V8's structured
   * clone, `s` the application's serializer, `u` undefined (no bytes). Then `z` where zstd compressed that.
   */
  format: string
  body: Uint8Array
}

/** Values as bytes and back. What was written under other options is read as well: the format says how. */
export interface Codec {
  /**
   * JSON where it brings the same value back, else the structured clone. Properties whose value is undefined or whose
   * name is a symbol, and non-enumerable ones, are left out; an object without a prototype gets the usual one.
   * @throws HP_CACHE_VALUE_UNSERIALIZABLE
   */
  encode(key: string, value: unknown): Promise<EncodedValue>
  /** Synchronous. @throws HP_CACHE_VALUE_UNREADABLE for anything that `encode` cannot have written */
  decode(format: string, body: Uint8Array): unknown
}

export interface CodecOptions {
  /** Replaces JSON and the structured clone. */
  serializer?: Serializer
  /** Bodies of more bytes are compressed; Infinity: none. */
  compressOver: number
}

const empty = new Uint8Array(0)

export function createCodec({ serializer, compressOver }: CodecOptions): Codec {
  const write = serializer === undefined ? writeValue : writerOf(serializer)

  function read(format: string | undefined, body: Buffer): unknown {
    if (format === 'j') return JSON.parse(body.toString())
    if (format === 'v') return readStructured(body)
    if (format === 's' && serializer !== undefined) return serializer.deserialize(body)
    throw new Error('no such format')
  }

  return {
    async encode(key, value) {
      if (value === undefined) return { format: 'u', body: empty }
      const { format, body } = write(key, value)
      const compressed = body.byteLength > compressOver ? await compress(body) : undefined
      return compressed === undefined ? { format, body } : { format: `${format}z`, body: compressed }
    },
    decode(format, body) {
      if (format === 'u' && body.byteLength === 0) return undefined
      const bytes = asBuffer(body)
      try {
        if (format.length === 1) return read(format, bytes)
        if (format.length === 2 && format[1] === 'z') return read(format[0], decompress(bytes))
        throw new Error('no such format')
      } catch (cause) {
        const given = { format: describe(format), bytes: body.byteLength, problem: reasonOf(cause) }
        throw cacheErrors.HP_CACHE_VALUE_UNREADABLE(given, { cause })
      }
    },
  }
}

function writeValue(key: string, value: unknown): EncodedValue {
  try {
    const form = formFor(value)
    if (form === 'json') return { format: 'j', body: Buffer.from(JSON.stringify(value)) }
    if (form === 'structured') return { format: 'v', body: writeStructured(value) }
  } catch (cause) {
    // Getters and proxies may throw anything; what nests too deeply or is too long, RangeError.
    throw unserializable(key, value, cause)
  }
  throw unserializable(key, value)
}

function unserializable(key: string, value: unknown, cause?: unknown): Error {
  const problem =
    findUnwritable(value) ?? `it nests too deeply, is too long or cannot be cloned (${reasonOf(cause)})`
  return cacheErrors.HP_CACHE_VALUE_UNSERIALIZABLE({ key: describe(key), problem }, { cause })
}

function writerOf(serializer: Serializer): typeof writeValue {
  return (key, value) => {
    const fail = (problem: string, cause?: unknown) =>
      cacheErrors.HP_CACHE_VALUE_UNSERIALIZABLE({ key: describe(key), problem }, { cause })
    let body: unknown
    try {
      body = serializer.serialize(value)
    } catch (cause) {
      throw fail(`the serializer threw: ${reasonOf(cause)}`, cause)
    }
    if (typeof body === 'string') return { format: 's', body: Buffer.from(body) }
    if (body instanceof Uint8Array) return { format: 's', body }
    throw fail(`the serializer returned ${describe(body)}, neither a string nor a Uint8Array`)
  }
}
