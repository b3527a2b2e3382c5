import type { ServerResponse } from 'node:http'
import { setMadeHeader } from './written-headers.ts'

const kOuterLines = Symbol('hotpath.http.outer-lines')
type LinedResponse = ServerResponse & { [kOuterLines]?: string | undefined }

/**
 * Adds header lines that a stage before the cache says of this one response: `Name: value\r\n`, as often as needed,
 * whose names and values the stage vouches for. They wait beside the response, because a header that stands on it
 * keeps a hit from being written in one prepared piece. Whoever writes or hands on the response puts them on it with
 * `applyOuterLines`, or copies them into its own head with `outerLinesOf`.
 */
export function addOuterLines(response: ServerResponse, lines: string): void {
  const lined = response as LinedResponse
  const before = lined[kOuterLines]
  lined[kOuterLines] = before === undefined ? lines : before + lines
}

/** The lines that wait; undefined where there are none. */
export function outerLinesOf(response: ServerResponse): string | undefined {
  return (response as LinedResponse)[kOuterLines]
}

/** Makes what waits into headers of the response. */
export function applyOuterLines(response: ServerResponse): void {
  const lined = response as LinedResponse
  const lines = lined[kOuterLines]
  if (lines === undefined) return
  lined[kOuterLines] = undefined
  let start = 0
  for (let end = lines.indexOf('\r\n'); end !== -1; end = lines.indexOf('\r\n', start)) {
    const colon = lines.indexOf(': ', start)
    setMadeHeader(response, lines.slice(start, colon), lines.slice(colon + 2, end))
    start = end + 2
  }
}
