import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { errors } from '../errors.ts'
import {
  agentPath,
  carriesToken,
  epochNow,
  type FromAgent,
  largestMessage,
  shortestToken,
  type ToAgent,
} from './agent-protocol.ts'
import { type Channel, threadChannel } from './channel.ts'
import type { ScenarioSource } from './messages.ts'

export interface AgentOptions {
  /** 0 takes any free one. @default 0 */
  port?: number
  /** The address to listen on. @default '127.0.0.1' */
  host?: string
  /** What a coordinator must present, at least 16 characters. */
  token: string
  /** Generators that run here at most, each a thread. @default 1 */
  workers?: number
  /**
   * The module of this host that knows scenarios by name: coordinators send names, never code.
   * @default any URL, and nothing else
   */
  module: ScenarioSource['module']
  /** Called with what happens, for a log. @default none */
  onEvent?: (text: string) => void
}

/** An agent that waits for coordinators. */
export interface Agent extends AsyncDisposable {
  port: number
}

/**
 * Lends this host to a coordinator elsewhere: each connection that carries the token gets one generator in a thread,
 * which ends with the connection.
 * @throws HP_LOAD_TOKEN when the token is too short; what listening throws
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { port = 0, host = '127.0.0.1', token, workers = 1, onEvent } = options
  if (token.length < shortestToken) throw errors.HP_LOAD_TOKEN({ length: token.length, least: shortestToken })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage })
  const server = createServer((_request, response) => response.writeHead(404).end())
  let number = 0

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, { token, free: workers - sockets.clients.size })
    if (refusal !== null) {
      onEvent?.(`refused ${request.socket.remoteAddress}: ${refusal}`)
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      onEvent?.(`${request.socket.remoteAddress} took a generator`)
      void lend(connection, { number: ++number, module: options.module })
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const connection of sockets.clients) connection.terminate()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function refusalOf(
  request: IncomingMessage,
  { token, free }: { token: string; free: number },
): string | null {
  if (!carriesToken(request.headers.authorization, token)) return '401 Unauthorized'
  if (request.url !== agentPath) return '404 Not Found'
  return free > 0 ? null : '503 Service Unavailable'
}

/** One generator for one connection. The agent itself only passes on, so that its clock answers at once. */
async function lend(
  connection: WebSocket,
  { number, module }: { number: number; module: string },
): Promise<void> {
  const send = (message: FromAgent) => {
    if (connection.readyState === WebSocket.OPEN) connection.send(JSON.stringify(message))
  }
  const opened: Promise<Channel> = threadChannel(number)({
    onMessage: send,
    onEnd(problem) {
      send({ type: 'ended', problem })
      connection.close()
    },
  })
  connection.on('error', () => connection.terminate())
  connection.on('close', () => void opened.then((channel) => channel.close()))
  connection.on('message', (data) => {
    const message = readMessage((data as Buffer).toString())
    if (message === null) return connection.close(1007)
    if (message.type === 'clock') return send({ type: 'clock', now: epochNow() })
    void opened.then((channel) => channel.send(ownSource(message, module)))
  })
}

/** Whatever module the coordinator names: scenarios come from this host's own. */
function ownSource(message: Exclude<ToAgent, { type: 'clock' }>, module: string): typeof message {
  if (message.type !== 'prepare') return message
  const { assignment } = message
  return {
    ...message,
    assignment: { ...assignment, source: { module, what: assignment.source.what } },
  }
}

const known = new Set(['prepare', 'start', 'stop', 'clock'])

function readMessage(text: string): ToAgent | null {
  try {
    const message = JSON.parse(text) as ToAgent
    const isWhole = message.type !== 'prepare' || typeof message.assignment?.source === 'object'
    return known.has(message.type) && isWhole ? message : null
  } catch {
    return null
  }
}
