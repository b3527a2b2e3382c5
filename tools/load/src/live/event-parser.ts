/** An event of a stream (WHATWG HTML, server-sent events). */
export interface StreamEvent {
  /** `message` unless the server says otherwise. */
  type: string
  data: string
  /** The last id that the server gave; empty before. */
  id: string
}

const longestEvent = 16 * 1024 * 1024

/**
 * Reads an event stream piece by piece.
 * @throws Error when an event grows without end
 */
export function createEventParser(onEvent: (event: StreamEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  let rest = ''
  let type = ''
  let data: string[] = []
  let id = ''

  function dispatch(): void {
    if (data.length > 0) onEvent({ type: type === '' ? 'message' : type, data: data.join('\n'), id })
    type = ''
    data = []
  }

  function readLine(line: string): void {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    // A line that begins with a colon is a comment, sent to keep the connection open.
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') type = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
  }

  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true })
    // A carriage return at the end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop()!
    if (rest.length > longestEvent) throw new Error('an event is longer than 16 MB')
    for (const line of lines) readLine(line)
  }
}
