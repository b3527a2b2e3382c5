import { asBuffer } from '../codec/as-buffer.ts'
import { createPattern, type MarkValue, noSoftChanges, type Pattern } from '../marks.ts'
import type { RedisReply } from './port.ts'

/** Reads marks as the scripts write them (scripts.ts); times come by the clock of Redis. */
export interface MarkReader {
  tag(reply: RedisReply): MarkValue
  scope(reply: RedisReply): MarkValue
}

export const textOf = (reply: RedisReply | undefined): string =>
  reply instanceof Uint8Array ? asBuffer(reply).toString() : String(reply ?? '')

const none: readonly Pattern[] = []

/** `toLocal` turns milliseconds of Redis into those of this process. */
export function createMarkReader(toLocal: (ms: number) => number): MarkReader {
  function readPattern(line: string): Pattern {
    const [stamp = '', kind = '', at = '', text = ''] = line.split(' ')
    const pattern = createPattern(decodeURIComponent(text), {
      stamp: Number(stamp),
      hard: kind === 'h',
      at: toLocal(Number(at)),
    })
    return { ...pattern, matches: (key) => pattern.matches(key.toWellFormed()) }
  }
  return {
    tag(reply) {
      const [hard = 0, soft = 0, at = 0] = textOf(reply).split(' ').map(Number)
      return { top: Math.max(hard, soft), hard, softAt: toLocal(at), earlier: noSoftChanges, patterns: none }
    },
    scope(reply) {
      const [head = '', ...lines] = textOf(reply).split('\n')
      const [top = 0, floor = 0] = head.split(' ').map(Number)
      return {
        top,
        hard: floor,
        softAt: 0,
        earlier: noSoftChanges,
        patterns: lines.filter((line) => line !== '').map(readPattern),
      }
    },
  }
}

/** A pattern as a line of a namespace's mark can hold it. Lone surrogates cannot be written: each stands for all. */
export const encodePattern = (pattern: string): string => encodeURIComponent(pattern.toWellFormed())
