import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What came over the wire, in its order; texts are byte strings. */
export type Wired =
  | { kind: 'reply'; reply: Plain }
  | { kind: 'error'; words: string }
  | { kind: 'notice'; keys: Plain }

export type Plain = string | number | null | readonly Plain[]

/** A connection to a real Redis that shows everything in the order in which it was sent. */
export interface Wire {
  /** Sends these commands in one write; resolves with all that came up to the last reply, and the notices behind it. */
  exchange(commands: readonly (readonly string[])[]): Promise<Wired[]>
  close(): void
}

/** Connects with RESP3. Words and texts are byte strings. */
export async function connectWire(port: number): Promise<Wire> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  const messages = readMessages(socket)

  async function replies(count: number, into: Wired[]): Promise<void> {
    for (let left = count; left > 0;) {
      const message = await messages()
      into.push(message)
      if (message.kind !== 'notice') left -= 1
    }
  }

  async function exchange(commands: readonly (readonly string[])[]): Promise<Wired[]> {
    const heard: Wired[] = []
    socket.write(commands.map(encode).join(''), 'latin1')
    await replies(commands.length, heard)
    // Notices of a turn come behind its replies, so before the answer to what is asked next.
    socket.write(encode(['PING']), 'latin1')
    await replies(1, heard)
    return heard.slice(0, -1)
  }

  await exchange([['HELLO', '3']])
  return { exchange, close: () => void socket.destroy() }
}

const encode = (words: readonly string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`

function readMessages(socket: Socket): () => Promise<Wired> {
  let bytes = ''
  let more = Promise.withResolvers<void>()
  const moved = () => {
    const waiting = more
    more = Promise.withResolvers()
    return waiting
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    bytes += chunk
    moved().resolve()
  })
  for (const event of ['error', 'close']) {
    socket.on(event, () => {
      const { promise, reject } = moved()
      promise.catch(() => {})
      reject(new Error(`the connection to Redis ended: ${event}`))
    })
  }
  return async () => {
    for (;;) {
      const parsed = parse(bytes, 0)
      if (parsed !== undefined) {
        bytes = bytes.slice(parsed.end)
        return parsed.wired
      }
      await more.promise
    }
  }
}

function parse(bytes: string, start: number): { wired: Wired; end: number } | undefined {
  const kind = bytes[start]
  if (kind === '-') {
    const end = bytes.indexOf('\r\n', start)
    if (end === -1) return undefined
    return { wired: { kind: 'error', words: bytes.slice(start + 1, end) }, end: end + 2 }
  }
  const parsed = parseValue(bytes, start)
  if (parsed === undefined) return undefined
  const { value, end } = parsed
  if (kind === '>') return { wired: { kind: 'notice', keys: (value as Plain[])[1]! }, end }
  return { wired: { kind: 'reply', reply: value }, end }
}

/** RESP3, as far as these tests need it. */
function parseValue(bytes: string, start: number): { value: Plain; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd === -1) return undefined
  const line = bytes.slice(start + 1, lineEnd)
  const next = lineEnd + 2
  switch (bytes[start]) {
    case '+':
      return { value: line, end: next }
    case ':':
    case ',':
      return { value: Number(line), end: next }
    case '_':
      return { value: null, end: next }
    case '$': {
      const length = Number(line)
      if (length === -1) return { value: null, end: next }
      const end = next + length + 2
      return bytes.length < end ? undefined : { value: bytes.slice(next, end - 2), end }
    }
    case '*':
    case '~':
    case '>':
    case '%':
      return parseMany(bytes, next, Number(line) * (bytes[start] === '%' ? 2 : 1))
    default:
      throw new Error(`a RESP3 type that is not read here: ${bytes[start]}`)
  }
}

function parseMany(bytes: string, start: number, count: number): { value: Plain; end: number } | undefined {
  const values: Plain[] = []
  let end = start
  for (let left = count; left > 0; left--) {
    const parsed = parseValue(bytes, end)
    if (parsed === undefined) return undefined
    values.push(parsed.value)
    end = parsed.end
  }
  return { value: values, end }
}
