import { asBuffer } from '../codec/as-buffer.ts'

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
const longestId = 64
const mostDigits = 16
const fieldsBeforeTags = 11
const noTags: readonly string[] = []
/** Where each field of the header ends that is being read. One for all: reading is synchronous. */
const ends = new Int32Array(fieldsBeforeTags)

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
 * foreign value is a miss. It runs for every value that comes from Redis: by position, without copies.
 */
export function decodeRecord(bytes: Uint8Array): StoredRecord | undefined {
  const end = bytes.indexOf(lineEnd)
  if (end === -1 || end > longestHeader) return undefined
  const buffer = asBuffer(bytes)
  const head = buffer.toString('latin1', 0, end)
  if (!head.startsWith(`${version}\t`) || !findEnds(head)) return undefined
  const id = textAt(head, 1)
  const epoch = textAt(head, 2)
  const asOf = numberAt(head, 3)
  const freshUntil = numberAt(head, 4)
  const staleUntil = numberAt(head, 5)
  const keepUntil = numberAt(head, 6)
  const format = textAt(head, 7)
  const loadMs = numberAt(head, 8)
  const size = numberAt(head, 9)
  const length = numberAt(head, 10)
  const last = ends[10]!
  const tags = last === end ? noTags : buffer.toString('utf8', last + 1, end).split('\t')
  const body = buffer.subarray(end + 1)
  // NaN where one of them was no number.
  const isSafe = asOf + freshUntil + staleUntil + keepUntil + loadMs + size < Infinity
  const isWhole = length === body.byteLength && epoch !== '' && format !== '' && !tags.includes('')
  if (!isSafe || !isWhole || !isId(id) || asOf > Number.MAX_SAFE_INTEGER) return undefined
  return { id, epoch, asOf, freshUntil, staleUntil, keepUntil, format, loadMs, size, tags, body }
}

/** False where the header has too few fields. */
function findEnds(head: string): boolean {
  let from = 0
  for (let field = 0; field < fieldsBeforeTags; field++) {
    const tab = head.indexOf('\t', from)
    if (tab === -1 && field < fieldsBeforeTags - 1) return false
    ends[field] = tab === -1 ? head.length : tab
    from = tab + 1
  }
  return true
}

const textAt = (head: string, field: number) => head.slice(ends[field - 1]! + 1, ends[field])

/** A whole number, written as such; NaN for anything else. */
function numberAt(head: string, field: number): number {
  const [from, to] = [ends[field - 1]! + 1, ends[field]!]
  if (from === to || to - from > mostDigits) return NaN
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = head.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return NaN
    number = 10 * number + digit
  }
  return number
}

const isId = (text: string) => text.length <= longestId && /^[\w-]+$/.test(text)

/** The id of whatever lies there, as the script `open` reads it; '' where it has none. */
export function recordId(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 80)).toString('latin1')
  return /^1\t([\w-]{1,64})\t/.exec(head)?.[1] ?? ''
}
