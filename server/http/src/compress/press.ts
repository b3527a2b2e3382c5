import type { Buffer } from 'node:buffer'
import { type Coding, type Effort, encode } from './codings.ts'

export interface PressOptions {
  /** Bodies compressed at one time: libuv's threads also read files, resolve names and hash passwords. */
  concurrency: number
  /** Most bytes that wait or are worked on. */
  maxBytes: number
}

/** Compresses bodies off the event loop, a few at a time. */
export interface Press {
  /** The compressed body; null where so much waits already that sending the body as it is would be quicker. */
  squeeze(body: Buffer, coding: Coding, effort: Effort): Promise<Buffer> | null
  /** Whether a body of this many bytes would be taken now. */
  hasRoom(bytes: number): boolean
}

/** Makes a press. Bodies are taken in the order they came. */
export function createPress({ concurrency, maxBytes }: PressOptions): Press {
  const waiting: (() => void)[] = []
  let running = 0
  let bytes = 0

  const hasRoom = (length: number) => bytes + length <= maxBytes

  async function turn(): Promise<void> {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
  }

  function next(): void {
    const resolve = waiting.shift()
    if (resolve) resolve()
    else running -= 1
  }

  async function run(body: Buffer, coding: Coding, effort: Effort): Promise<Buffer> {
    bytes += body.length
    await turn()
    try {
      return await encode(body, coding, effort)
    } finally {
      bytes -= body.length
      next()
    }
  }

  return {
    hasRoom,
    squeeze: (body, coding, effort) => (hasRoom(body.length) ? run(body, coding, effort) : null),
  }
}
