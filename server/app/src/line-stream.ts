import type { ServerResponse } from 'node:http'

/** A response of newline-delimited JSON, written while something is under way. */
export interface LineStream {
  /** Writes a line about a subject. Lines that come too fast, or that the client is too slow for, give way to later ones. */
  progress(subject: string, line: object): void
  /** Writes what was held back, and the last line. */
  end(line: object): void
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
}

/** A subject that has more to say within this time is heard at its end. Milliseconds. */
const pauseMs = 100

export interface LineStreamOptions {
  /** Milliseconds; only differences matter. */
  clock?: () => number
}

/** Begins such a response. */
export function streamLines(
  response: ServerResponse,
  { clock = () => performance.now() }: LineStreamOptions = {},
): LineStream {
  const held = new Map<string, object>()
  const spokenAt = new Map<string, number>()
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would keep the lines until the last of them.
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
  const write = (line: object) => void response.write(`${JSON.stringify(line)}\n`)

  return {
    signal: gone.signal,
    progress(subject, line) {
      const now = clock()
      if (response.writableNeedDrain || now - (spokenAt.get(subject) ?? -Infinity) < pauseMs) {
        held.set(subject, line)
        return
      }
      spokenAt.set(subject, now)
      held.delete(subject)
      write(line)
    },
    end(line) {
      for (const last of held.values()) write(last)
      response.end(`${JSON.stringify(line)}\n`)
    },
  }
}
