import { createAnswerReader, type Outcome } from './answer/reader.ts'
import type { Dial } from './dial.ts'
import type { Exchange } from './exchange.ts'

/** A connection of HTTP/1.1, for one exchange at a time: behind a slow answer, a second one would measure the first. */
export interface Connection {
  /** Sends as soon as the connection is open. */
  send(exchange: Exchange): void
  /** Whether another exchange can follow the last one, `now` (performance.now()). */
  isUsable(now: number): boolean
  /** Closes it. An exchange under way must have been settled. */
  close(): void
}

export interface ConnectionOptions {
  dial: Dial
  /** Told when it is open: when that was begun (performance.now()) and how long it took. */
  onConnect: (startedAt: number, ms: number) => void
  /** Told when it was closed between two exchanges. */
  onIdleEnd: () => void
}

/** What is read is taken at once, so that one buffer serves all connections. */
const buffer = Buffer.allocUnsafeSlow(65_536)

/** So long before the server closes an idle connection nothing more is sent on it: the two would meet. */
const closingMs = 1000

export function createConnection({ dial, onConnect, onIdleEnd }: ConnectionOptions): Connection {
  const startedAt = performance.now()
  let state: 'opening' | 'open' | 'ended' = 'opening'
  let current: Exchange | null = null
  let usableUntil = Infinity
  const reader = createAnswerReader({
    onHead: (status, fields) => current?.onHead(status, fields),
    onContent: (bytes, from, to) => current?.onContent(bytes, from, to),
  })

  function write(exchange: Exchange): void {
    reader.begin(exchange.step.method === 'HEAD')
    const { head, body } = exchange.text!
    exchange.onWrite()
    if (body === null) {
      socket.write(head, 'latin1')
      return
    }
    socket.cork()
    socket.write(head, 'latin1')
    socket.write(body)
    socket.uncork()
  }

  function settle(failure: string | null): void {
    const exchange = current
    current = null
    if (failure === null) exchange?.onEnd()
    else exchange?.settle(failure)
  }

  function lose(failure: string): void {
    if (state === 'ended') return
    state = 'ended'
    socket.destroy()
    if (current === null) onIdleEnd()
    else settle(failure)
  }

  function follow(outcome: Exclude<Outcome, 'more'>): void {
    if (outcome !== 'whole') return lose(outcome)
    const seconds = reader.keepAliveSeconds()
    usableUntil = seconds === null ? Infinity : performance.now() + seconds * 1000 - closingMs
    if (!reader.canFollow()) state = 'ended'
    settle(null)
  }

  const socket = dial(
    () => {
      // Given up while it was being opened.
      if (state !== 'opening') return
      state = 'open'
      onConnect(startedAt, performance.now() - startedAt)
      if (current !== null) write(current)
    },
    {
      buffer,
      callback(length) {
        // What nobody has asked for.
        if (current === null) lose('malformed answer')
        else {
          const outcome = reader.read(buffer, length)
          if (outcome !== 'more') follow(outcome)
        }
        return state !== 'ended'
      },
    },
  )
  socket.on('end', () => {
    if (current !== null && reader.end() === 'whole') follow('whole')
    else lose('closed early')
  })
  socket.on('close', () => lose('closed early'))
  socket.on('error', (error: NodeJS.ErrnoException) => lose(error.code ?? error.message))

  return {
    send(exchange) {
      current = exchange
      if (state === 'open') write(exchange)
    },
    isUsable: (now) => state !== 'ended' && now < usableUntil,
    close() {
      state = 'ended'
      current = null
      socket.destroy()
    },
  }
}
