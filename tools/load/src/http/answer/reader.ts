import type { IncomingHttpHeaders } from 'node:http'
import { createChunkReader, type ChunkReader, type OnContent } from './chunks.ts'
import { framingOf, keepsAlive } from './framing.ts'
import { type AnswerHead, readFields, readHead } from './head.ts'

/** Told of an answer while it is read. */
export interface AnswerListener {
  onHead(status: number, fields: () => IncomingHttpHeaders): void
  /** A part of the body as transferred, its chunks undone; to be copied by who keeps it. */
  onContent: OnContent
}

/** `more` is to come, the answer is `whole`, or why it never will be. */
export type Outcome = 'more' | 'whole' | AnswerProblem
export type AnswerProblem = 'malformed answer' | 'head too large' | 'closed early'

/** Reads the answers of a connection, one after the other (RFC 9112). */
export interface AnswerReader {
  /** Expects the answer to a request; to HEAD there is no body. */
  begin(isHead: boolean): void
  /** Takes the first `length` bytes. */
  read(bytes: Buffer, length: number): Outcome
  /** The server has closed its side. */
  end(): Outcome
  /** Whether another request can follow a whole answer. */
  canFollow(): boolean
  /** How long the server keeps the connection idle, as it says; null when it does not. */
  keepAliveSeconds(): number | null
}

/** As much as Node's own client takes. */
const largestHead = 16_384

export function createAnswerReader(listener: AnswerListener): AnswerReader {
  let isHead = false
  let phase: 'head' | 'counted' | 'chunked' | 'close' | 'whole' = 'whole'
  /** What came of a head that is not whole. */
  let text = ''
  let left = 0
  let chunks: ChunkReader | undefined
  let follows = false
  let keepAliveSeconds: number | null = null

  /** Gives where the head ends, or why it does not. */
  function readOn(bytes: Buffer, from: number, to: number): number | Outcome {
    // Some servers send an empty line too many behind a body.
    if (text === '') while (from < to && (bytes[from] === 0x0d || bytes[from] === 0x0a)) from += 1
    const before = text.length
    text += bytes.toString('latin1', from, Math.min(to, from + largestHead))
    const at = text.indexOf('\r\n\r\n', Math.max(0, before - 3))
    if (at < 0) return text.length >= largestHead ? 'head too large' : 'more'
    if (at + 4 > largestHead) return 'head too large'
    const whole = text.slice(0, at + 4)
    text = ''
    return take(whole) ? from + whole.length - before : 'malformed answer'
  }

  function take(whole: string): boolean {
    const head = readHead(whole)
    if (!head) return false
    const framing = framingOf(head, isHead)
    // Nobody has asked for another protocol.
    if (framing === null || head.status === 101) return false
    // Interim answers (RFC 9110 §15.2) announce the final one, asked for or not.
    if (head.status < 200) return true
    follows = keepsAlive(head, framing) && !promisesContent(head)
    ;({ keepAliveSeconds } = head)
    listener.onHead(head.status, () => readFields(whole))
    if (framing === 'chunked') {
      chunks = createChunkReader(listener.onContent)
      phase = 'chunked'
    } else if (framing === 'close') phase = 'close'
    else {
      left = framing
      phase = left === 0 ? 'whole' : 'counted'
    }
    return true
  }

  /** An answer without a body that says it has one: what comes next may be that (RFC 9110 §8.6 forbids it to 204). */
  const promisesContent = ({ status, contentLength, transferEncoding }: Readonly<AnswerHead>) =>
    !isHead && (status === 204 || status === 304) && ((contentLength ?? 0) > 0 || transferEncoding !== null)

  function readChunks(bytes: Buffer, from: number, to: number): number | Outcome {
    const behind = chunks!.read(bytes, from, to)
    if (behind === 'malformed') return 'malformed answer'
    if (behind !== 'more') phase = 'whole'
    return behind
  }

  function readCounted(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + left)
    listener.onContent(bytes, from, end)
    left -= end - from
    if (left === 0) phase = 'whole'
    return end
  }

  return {
    begin(head) {
      isHead = head
      phase = 'head'
      text = ''
      keepAliveSeconds = null
    },
    read(bytes, length) {
      let at: number | Outcome = 0
      while (at < length && phase !== 'whole') {
        if (phase === 'head') at = readOn(bytes, at, length)
        else if (phase === 'counted') at = readCounted(bytes, at, length)
        else if (phase === 'chunked') at = readChunks(bytes, at, length)
        else {
          listener.onContent(bytes, at, length)
          at = length
        }
        if (typeof at !== 'number') return at
      }
      if (phase !== 'whole') return 'more'
      // More than was asked for: nobody can say what it is.
      if (at < length) follows = false
      return 'whole'
    },
    end: () => (phase === 'close' ? 'whole' : 'closed early'),
    canFollow: () => follows,
    keepAliveSeconds: () => keepAliveSeconds,
  }
}
