import type { HeaderBlock } from './header-block.ts'

/**
 * Header blocks by their lines: a client repeats itself, and so does each of its kind. Bounded: each place holds one
 * block, and lines that come for the first time take no place.
 */
export interface BlockMemory {
  /** The block of these lines (names and values in turn), of a connection with or without TLS; null for an unknown one. */
  find(lines: readonly string[], isEncrypted: boolean): HeaderBlock | null
  /** Whether the lines that were last looked for in vain were so before, as far as can be told without keeping them. */
  wasRepeated(): boolean
  /** Keeps the block of the lines that were last looked for in vain. */
  keep(lines: readonly string[], isEncrypted: boolean, block: HeaderBlock): void
}

interface Held {
  readonly lines: readonly string[]
  readonly isEncrypted: boolean
  readonly block: HeaderBlock
}

/** A power of two. */
const places = 1_024

/** Longer heads are read each time: names and values, and all their characters. */
const mostLines = 2 * 64
const mostCharacters = 8 * 1_024

/** Makes an empty one. */
export function createBlockMemory(): BlockMemory {
  const held: (Held | null)[] = Array.from({ length: places }, () => null)
  const seen = new Int32Array(places)
  let mark = 0

  return {
    find(lines, isEncrypted) {
      mark = markOf(lines)
      const known = held[mark & (places - 1)]!
      if (known === null || known.isEncrypted !== isEncrypted || !areSame(known.lines, lines)) return null
      return known.block
    },
    wasRepeated() {
      const place = mark & (places - 1)
      if (seen[place] === mark) return true
      seen[place] = mark
      return false
    },
    keep(lines, isEncrypted, block) {
      const length = lines.reduce((sum, line) => sum + line.length, 0)
      if (lines.length > mostLines || length > mostCharacters) return
      held[mark & (places - 1)] = { lines: [...lines], isEncrypted, block }
    },
  }
}

/**
 * Tells heads apart by the length of their values and two characters of each: cheap, and different for cookies of one
 * length. That it may be the same for different lines costs time, nothing else.
 */
function markOf(lines: readonly string[]): number {
  const count = Math.min(lines.length, mostLines)
  let mark = count
  for (let index = 1; index < count; index += 2) {
    const line = lines[index]!
    const { length } = line
    mark = Math.imul(mark, 31) + length
    if (length > 0) mark += line.charCodeAt(length - 1) + (line.charCodeAt(length >> 1) << 8)
  }
  return mark ^ (mark >>> 15)
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false
  return true
}
