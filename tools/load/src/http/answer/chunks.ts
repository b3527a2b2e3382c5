import { isTrailerSection } from './head.ts'

/** Told of the content of chunks: a part of the bytes being read, to be copied by who keeps it. */
export type OnContent = (bytes: Buffer, from: number, to: number) => void

export interface ChunkReader {
  /**
   * Reads on; gives where the body ends (the index behind it), `more` while it does not, `malformed` when these are no
   * chunks.
   */
  read(bytes: Buffer, from: number, to: number): number | 'more' | 'malformed'
}

/** Of the line before a chunk, and of the trailer section. */
const longestLine = 16_384

/** RFC 9112 §7.1: a size, as many bytes, and so on until the size is 0; then trailer fields, which nobody reads. */
export function createChunkReader(onContent: OnContent): ChunkReader {
  let phase: 'size' | 'content' | 'content end' | 'trailers' | 'end' = 'size'
  let left = 0
  /** What came of a line that is not whole. */
  let line = ''

  /** Adds what there is of a line, its LF included; gives where that ends, or whether the line is no longer one. */
  function takeLine(bytes: Buffer, from: number, to: number): number | 'malformed' {
    const feed = bytes.indexOf(0x0a, from)
    const end = feed < 0 || feed >= to ? to : feed + 1
    line += bytes.toString('latin1', from, end)
    return line.length > longestLine ? 'malformed' : end
  }

  function readSize(bytes: Buffer, from: number, to: number): number | 'malformed' {
    const end = takeLine(bytes, from, to)
    if (end === 'malformed' || !line.endsWith('\n')) return end
    // Extensions are allowed, and mean nothing to who does not know them.
    const size = /^([0-9a-f]{1,13})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n$/i.exec(line)
    if (!size) return 'malformed'
    left = Number.parseInt(size[1]!, 16)
    phase = left === 0 ? 'trailers' : 'content'
    // A section without fields is an empty line: the two ends of lines are looked for together.
    line = left === 0 ? '\r\n' : ''
    return end
  }

  function readTrailers(bytes: Buffer, from: number, to: number): number | 'malformed' {
    const end = takeLine(bytes, from, to)
    if (end === 'malformed' || !line.endsWith('\r\n\r\n')) return end
    phase = 'end'
    return isTrailerSection(line) ? end : 'malformed'
  }

  function readContent(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + left)
    onContent(bytes, from, end)
    left -= end - from
    if (left === 0) {
      phase = 'content end'
      left = 2
    }
    return end
  }

  function readContentEnd(bytes: Buffer, at: number): number | 'malformed' {
    if (bytes[at] !== (left === 2 ? 0x0d : 0x0a)) return 'malformed'
    left -= 1
    if (left === 0) phase = 'size'
    return at + 1
  }

  return {
    read(bytes, from, to) {
      let at: number | 'malformed' = from
      while (at < to) {
        if (phase === 'content') at = readContent(bytes, at, to)
        else if (phase === 'content end') at = readContentEnd(bytes, at)
        else if (phase === 'size') at = readSize(bytes, at, to)
        else at = readTrailers(bytes, at, to)
        if (phase === 'end' || at === 'malformed') return at
      }
      return 'more'
    },
  }
}
