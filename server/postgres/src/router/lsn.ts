/** A place in the write-ahead log, in bytes since its beginning. */
export type Lsn = bigint

/** Reads PostgreSQL's text form: `16/B374D848`. Null where it is none. */
export function parseLsn(text: string | null | undefined): Lsn | null {
  const found = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text ?? '')
  if (!found) return null
  return (BigInt(`0x${found[1]}`) << 32n) | BigInt(`0x${found[2]}`)
}

const pageBytes = 8192n
/** Of a page, and of the first page of a segment file. */
const headerBytes = new Set([24n, 40n])

/**
 * Where the last record before a place of insertion ended: a place just behind a page's header is told where the next
 * record will begin, and no replica reports having replayed that far before there is one.
 */
export function endOfRecords(inserted: Lsn, blockBytes: number): Lsn {
  if (BigInt(blockBytes) !== pageBytes) return inserted
  const offset = inserted % pageBytes
  return headerBytes.has(offset) ? inserted - offset : inserted
}

/** What a read must see: everything up to `lsn` of a timeline. A promotion begins a new timeline. */
export interface Position {
  timeline: number
  lsn: Lsn
}

/** The later of two. */
export function later(a: Position | null, b: Position | null): Position | null {
  if (!a || !b) return a ?? b
  if (a.timeline !== b.timeline) return a.timeline > b.timeline ? a : b
  return a.lsn >= b.lsn ? a : b
}
