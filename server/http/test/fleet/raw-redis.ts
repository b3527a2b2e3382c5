import { once } from 'node:events'
import { connect } from 'node:net'

/** Asks a Redis of this machine one thing, past everything that is tested; the parts of its answer as bytes. */
export async function askRedis(port: number, words: readonly (string | Uint8Array)[]): Promise<Buffer[]> {
  const socket = connect(port, '127.0.0.1')
  const parts = words.map((word) => Buffer.from(word as Uint8Array))
  const sent = parts.flatMap((part) => [`$${part.length}\r\n`, part, '\r\n'])
  for (const piece of [`*${parts.length}\r\n`, ...sent]) socket.write(piece)
  let received: Buffer = Buffer.alloc(0)
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    received = Buffer.concat([received, chunk])
    const answer = parse(received, 0)
    if (!answer) continue
    socket.destroy()
    return answer.parts
  }
}

/** Reads one reply of RESP 2 at `at`; undefined while it is not whole. */
function parse(bytes: Buffer, at: number): { parts: Buffer[]; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', at)
  if (lineEnd === -1) return undefined
  const line = bytes.subarray(at + 1, lineEnd)
  const kind = String.fromCharCode(bytes[at]!)
  const start = lineEnd + 2
  const count = Number(line.toString())
  if (kind === '*') return parseList(bytes, start, count)
  if (kind !== '$') return { parts: [line], end: start }
  if (count < 0) return { parts: [], end: start }
  const end = start + count + 2
  return bytes.length < end ? undefined : { parts: [bytes.subarray(start, end - 2)], end }
}

function parseList(
  bytes: Buffer,
  start: number,
  count: number,
): { parts: Buffer[]; end: number } | undefined {
  const parts: Buffer[] = []
  let end = start
  for (let index = 0; index < count; index++) {
    const next = parse(bytes, end)
    if (!next) return undefined
    parts.push(...next.parts)
    end = next.end
  }
  return { parts, end }
}
