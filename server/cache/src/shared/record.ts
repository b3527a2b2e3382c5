/** What is kept in Redis under a key: when and under what it was loaded, and the value as bytes. */
export interface StoredRecord {
  /** Tells this fill from every other: the token of its lease. */
  id: string
  epoch: string
  /** The stamp from before the load began. */
  asOf: number
  /** Milliseconds since 1970 by the clock of Redis: fresh until, then stale while it is refreshed until, then served only when the origin fails until. */
  freshUntil: number
  staleUntil: number
  keepUntil: number
  /** How the body is written, one letter each; see codec.ts. */
  format: string
  /** How long the load took, in milliseconds. */
  loadMs: number
  /** What the value takes in memory, in bytes, as whoever wrote it reckoned: who reads it need not walk through it. */
  size: number
  /** The marks it depends on, by the names of tags as `safeName` writes them. */
  tags: readonly string[]
  body: Uint8Array
}

/** What the script `set` writes itself: everything before the expiries. */
export type RecordTail = Omit<StoredRecord, 'id' | 'epoch' | 'asOf'>

const version = '1'
const lineEnd = 10
/** A longer header is no header. */
const longestHeader = 1024 * 1024
/** Layout, id, epoch, four times from asOf on, format, milliseconds of the load, size, length of the body, tags. */
const header = /^1\t[\w-]{1,64}\t[^\t]+(?:\t\d{1,16}){4}\t[^\t]+(?:\t\d{1,16}){3}(?:\t[^\t]+)*$/

const fieldsBeforeTags = 11
const noTags: readonly string[] = []

export function encodeRecord(record: StoredRecord): Buffer {
  const head = `${version}\t${record.id}\t${record.epoch}\t${record.asOf}\t`
  return Buffer.concat([Buffer.from(head), encodeTail(record)])
}

export function encodeTail({ body, ...tail }: RecordTail): Buffer {
  const { freshUntil, staleUntil, keepUntil } = tail
  const times = [freshUntil, staleUntil, keepUntil].map((time) => Math.round(time))
  const counts = [Math.round(tail.loadMs), Math.round(tail.size), body.byteLength]
  const fields = [...times, tail.format, ...counts, ...tail.tags]
  return Buffer.concat([Buffer.from(`${fields.join('\t')}\n`), body])
}

/**
 * Reads what Redis holds. Undefined for anything that is not a whole record of this layout: a poisoned, truncated or
 * foreign value is a miss.
 */
export function decodeRecord(bytes: Uint8Array): StoredRecord | undefined {
  const end = bytes.indexOf(lineEnd)
  if (end === -1 || end > longestHeader) return undefined
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = buffer.toString('utf8', 0, end)
  if (!header.test(head)) return undefined
  // By position, without copies: this runs for every value that comes from Redis.
  const fields = head.split('\t')
  const body = buffer.subarray(end + 1)
  const asOf = Number(fields[3])
  if (Number(fields[10]) !== body.byteLength || asOf > Number.MAX_SAFE_INTEGER) return undefined
  return {
    id: fields[1]!,
    epoch: fields[2]!,
    asOf,
    freshUntil: Number(fields[4]),
    staleUntil: Number(fields[5]),
    keepUntil: Number(fields[6]),
    format: fields[7]!,
    loadMs: Number(fields[8]),
    size: Number(fields[9]),
    tags: fields.length === fieldsBeforeTags ? noTags : fields.slice(fieldsBeforeTags),
    body,
  }
}

/** The id of whatever lies there, as the script `open` reads it; '' where it has none. */
export function recordId(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 80)).toString('latin1')
  return /^1\t([\w-]{1,64})\t/.exec(head)?.[1] ?? ''
}
