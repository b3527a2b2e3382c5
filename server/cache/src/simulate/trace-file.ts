import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { cacheErrors } from '../errors.ts'
import { createTrace, type Trace } from './trace.ts'

const lineFeed = 10
const carriageReturn = 13

/**
 * Reads a file of one key per line, in UTF-8; empty lines are left out. It is streamed: what stays in memory is each
 * distinct key and four bytes per request. `onProgress` is told the bytes read, after each chunk.
 * @throws HP_CACHE_TRACE_UNREADABLE, HP_CACHE_TRACE_EMPTY
 */
export async function readTraceFile(
  file: string,
  onProgress: (bytes: { done: number; total: number }) => void = () => {},
): Promise<Trace> {
  const trace = createTrace()
  try {
    const total = (await stat(file)).size
    let done = 0
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      rest = addLines(trace, rest.length === 0 ? chunk : Buffer.concat([rest, chunk]))
      done += chunk.length
      onProgress({ done, total })
    }
    addLine(trace, rest)
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw cacheErrors.HP_CACHE_TRACE_UNREADABLE({ file, problem }, { cause })
  }
  if (trace.keys.length === 0) throw cacheErrors.HP_CACHE_TRACE_EMPTY({ file })
  return trace
}

/** Adds the whole lines of `bytes` and returns what follows the last. */
function addLines(trace: Trace, bytes: Buffer): Buffer {
  let start = 0
  for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
    addLine(trace, bytes.subarray(start, end))
    start = end + 1
  }
  return bytes.subarray(start)
}

function addLine(trace: Trace, line: Buffer): void {
  const length = line.at(-1) === carriageReturn ? line.length - 1 : line.length
  // A string of its own: a slice of a decoded chunk would keep the whole chunk in memory.
  if (length > 0) trace.add(line.toString('utf8', 0, length))
}
