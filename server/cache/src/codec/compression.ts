import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'

const zstd = promisify(zstdCompress)

/** Longer values stay as they are, and a body that claims to be longer is refused: memory stays bounded. */
const longest = 64 * 1024 * 1024
/** A body of the same size but for less than this part is not worth unpacking at each read. */
const leastSaving = 0.1
/** The length of the value leads the body, so that the room to unpack it is known and bounded. */
const lengthBytes = 4

// Level 1 packs rows of JSON no larger than level 3 does, in half the time; the checksum finds what was damaged.
const writing = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}
// The window that a body asks for is memory, too. Level 1 asks for 2^19 bytes.
const reading = { params: { [constants.ZSTD_d_windowLogMax]: 23 } }

/** The bytes made smaller off the main thread; undefined where that saves too little. */
export async function compress(bytes: Uint8Array): Promise<Buffer | undefined> {
  if (bytes.byteLength > longest) return undefined
  const packed = await zstd(bytes, writing)
  if (lengthBytes + packed.byteLength > bytes.byteLength * (1 - leastSaving)) return undefined
  const head = Buffer.alloc(lengthBytes)
  head.writeUInt32BE(bytes.byteLength)
  return Buffer.concat([head, packed])
}

/** The bytes that `compress` was given. @throws Error for anything that it did not write, having used no more memory */
export function decompress(body: Buffer): Buffer {
  const length = body.byteLength < lengthBytes ? Infinity : body.readUInt32BE()
  if (length > longest) throw new RangeError('its length is not that of a compressed value')
  // One chunk holds it all, and one byte more shows its end without a second. Zlib takes none under 64 bytes.
  const room = { maxOutputLength: Math.max(1, length), chunkSize: Math.max(64, length + 1) }
  const bytes = zstdDecompressSync(body.subarray(lengthBytes), { ...reading, ...room })
  if (bytes.byteLength !== length) throw new RangeError('it is shorter than it says')
  return bytes
}
