import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { createInbox } from './inbox.ts'
import { createLoss } from './loss.ts'
import { beginWait, type LivePort, settle } from './measured.ts'
import { awaitMessage, type Match, type MessageSource } from './message.ts'
import type { Opening } from './opening.ts'

/** A WebSocket (RFC 6455) of a session. Times are counted like those of requests, under the names given. */
export interface LiveSocket {
  send(message: string | Buffer): void
  /**
   * The next message that matches, also one that came since the last one taken. Its time runs from this call.
   * @throws HP_LOAD_LIVE when none comes before the timeout, or the connection closes
   */
  expect(match?: Match<string>, options?: { name?: string }): Promise<string>
  /**
   * Sends and waits for the answer; its time runs from sending.
   * @throws HP_LOAD_LIVE as `expect`
   */
  ask(message: string | Buffer, match?: Match<string>, options?: { name?: string }): Promise<string>
  close(): void
}

export interface SocketOptions {
  /** Under which name the opening is counted. @default 'WS <path>' */
  name?: string
  protocols?: readonly string[]
  headers?: Readonly<Record<string, string>>
}

const longestMessage = 16 * 1024 * 1024

/** @throws HP_LOAD_LIVE */
export function openSocket(port: LivePort, opening: Opening<SocketOptions>): Promise<LiveSocket> {
  const { path, due, headers, options, becomesDue } = opening
  const name = options.name ?? `WS ${path.split('?', 1)[0]}`
  const sentAt = performance.now()
  const socket = new WebSocket(port.origin.replace(/^http/, 'ws') + path, [...(options.protocols ?? [])], {
    headers: { ...port.headers, ...headers, ...options.headers },
    rejectUnauthorized: !port.insecure,
    maxPayload: longestMessage,
    perMessageDeflate: false,
  })
  const inbox = createInbox<string>()
  const lost = createLoss()
  const forget = port.closeLater(() => socket.terminate())
  return new Promise((resolve, reject) => {
    const live = createLiveSocket({ port, name, socket, inbox, lost, becomesDue })
    const onEnd = settle(name, { resolve: () => resolve(live), reject })
    const wait = beginWait(port, { name, due, sentAt }, (problem, at) => {
      becomesDue(at)
      if (problem !== null) socket.terminate()
      onEnd(problem)
    })
    socket.on('open', () => {
      const at = performance.now()
      port.onConnect(sentAt, at - sentAt)
      wait.end({ at, status: 101 })
    })
    socket.on('unexpected-response', (_request, { statusCode = 0 }: IncomingMessage) => {
      wait.end({ at: performance.now(), status: statusCode, problem: `status ${statusCode}` })
      socket.terminate()
    })
    socket.on('message', (data: Buffer) =>
      inbox.put({ message: data.toString('utf8'), at: performance.now(), bytes: data.length }),
    )
    socket.on('error', (error: NodeJS.ErrnoException) => {
      wait.end({ at: performance.now(), failure: error.code ?? error.message })
    })
    socket.on('close', (code) => {
      forget()
      wait.end({ at: performance.now(), failure: `closed ${code}` })
      lost.tell(`closed ${code}`)
    })
  })
}

interface SocketParts extends MessageSource<string> {
  name: string
  socket: WebSocket
}

function createLiveSocket(parts: SocketParts): LiveSocket {
  const { name, socket, inbox, lost } = parts
  const next = (called: string, match: Match<string> | undefined) =>
    awaitMessage(parts, { name: called, sentAt: performance.now(), match, textOf: String })
  return {
    send: (message) => socket.send(message, (error) => error && lost.tell(error.message)),
    expect: (match, options = {}) => next(options.name ?? `${name} message`, match),
    ask(message, match, options = {}) {
      // What came before the question is no answer to it.
      inbox.clear()
      const answered = next(options.name ?? `${name} round trip`, match)
      socket.send(message, (error) => error && lost.tell(error.message))
      return answered
    },
    close: () => socket.close(),
  }
}
