import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'

const checksumBytes = 4

/** The value as V8's structured clone writes it, behind a checksum. @throws Error where it cannot be cloned */
export function writeStructured(value: unknown): Buffer {
  const clone = serialize(value)
  const checksum = Buffer.alloc(checksumBytes)
  checksum.writeUInt32BE(crc32(clone))
  return Buffer.concat([checksum, clone])
}

/** The value that `writeStructured` was given. @throws Error where the bytes are not what it wrote */
export function readStructured(body: Buffer): unknown {
  // V8's reader is not made for damaged bytes: it may take a broken length for a reason to ask for memory.
  const clone = body.subarray(checksumBytes)
  if (body.byteLength < checksumBytes || crc32(clone) !== body.readUInt32BE()) {
    throw new Error('its checksum is wrong')
  }
  // Buffers within the value are views of what is read here: of a copy, or they would keep a larger reply alive.
  const own = Buffer.allocUnsafeSlow(clone.byteLength)
  clone.copy(own)
  return deserialize(own)
}
