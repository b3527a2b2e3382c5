import type { IncomingHttpHeaders } from 'node:http'
import { createAnswerReader } from '../../../src/http/answer/reader.ts'

export interface Read {
  /** `whole`, or why it is not. */
  outcome: string
  status: number
  fields: IncomingHttpHeaders | null
  body: string
  canFollow: boolean
  keepAliveSeconds: number | null
}

/** Reads the pieces as a connection does: out of one buffer, which holds something else behind them. */
export function readPieces(pieces: readonly Buffer[], isHead = false): Read {
  const read: Read = {
    outcome: 'more',
    status: 0,
    fields: null,
    body: '',
    canFollow: false,
    keepAliveSeconds: null,
  }
  const reader = createAnswerReader({
    onHead(status, fields) {
      read.status = status
      read.fields = fields()
    },
    onContent(bytes, from, to) {
      read.body += bytes.toString('latin1', from, to)
    },
  })
  reader.begin(isHead)
  for (const piece of pieces) {
    if (piece.length === 0) continue
    read.outcome = reader.read(Buffer.concat([piece, Buffer.from('of an earlier read')]), piece.length)
    if (read.outcome !== 'more') break
  }
  if (read.outcome === 'more') read.outcome = reader.end()
  return { ...read, canFollow: reader.canFollow(), keepAliveSeconds: reader.keepAliveSeconds() }
}

/** The text in pieces, cut at these places. */
export function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
