import { Buffer } from 'node:buffer'
import { channel } from 'node:diagnostics_channel'
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SocketMessage, workChannels } from '@hotpath/core'
import type { Dispatcher } from 'undici'
import { answerFailure, type ForwardOptions, outgoing } from './forward.ts'
import { endToEnd } from './header-list.ts'
import { listOf, relay } from './relay.ts'

const sockets = channel(workChannels.socket)

/** All under one name: paths are the client's. */
const endpoint = 'proxied'

/** Passes WebSockets through: both ends talk to each other once the origin has agreed (RFC 6455 §4). */
export interface Upgrades {
  /** For the server's 'upgrade' event. */
  pass(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Cuts what is open. */
  close(): void
}

/** Whether a request is taken out of HTTP: anything but a WebSocket is answered as an ordinary request. */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** Makes the way for the upgrades of one proxy. */
export function createUpgrades(options: ForwardOptions): Upgrades {
  const open = new Set<Duplex>()

  function join(client: Duplex, upstream: Duplex): void {
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.once('close', () => other.destroy())
      one.pipe(other)
    }
    open.add(client)
    sockets.publish({ endpoint, event: 'opened' } satisfies SocketMessage)
    const openedAt = performance.now()
    client.once('close', () => {
      open.delete(client)
      const durationMs = performance.now() - openedAt
      sockets.publish({ endpoint, event: 'closed', durationMs } satisfies SocketMessage)
    })
  }

  return {
    pass(request, socket, head) {
      const client = socket as Socket
      client.setTimeout(0)
      // What the origin answers instead of agreeing is an ordinary response, the last on this connection.
      const response = new ServerResponse(request)
      response.shouldKeepAlive = false
      response.assignSocket(client)
      response.once('finish', () => client.end())
      client.on('error', () => client.destroy())
      const handler = relay(response, {
        viaVersion: '1.1',
        onAnswer: () => options.onOutcome(null),
        onFailure: (error) => answerFailure(options, response, error),
      })
      options.origin.dispatch(
        { ...outgoing(options, { request, body: null }), upgrade: 'websocket' },
        {
          ...handler,
          onRequestUpgrade(controller, ...[, , upstream]) {
            options.onOutcome(null)
            response.detachSocket(client)
            if (client.destroyed) upstream.destroy()
            else {
              client.write(switching(controller))
              if (head.length > 0) upstream.write(head)
              join(client, upstream)
            }
          },
        },
      )
    },
    close() {
      for (const client of open) client.destroy()
    },
  }
}

/** The head of the 101. The origin's fields were read by a parser that lets no line break through. */
function switching(controller: Dispatcher.DispatchController): Buffer {
  const list = endToEnd(listOf(controller.rawHeaders))
  let head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
  for (let index = 0; index < list.length; index += 2) head += `${list[index]}: ${list[index + 1]}\r\n`
  return Buffer.from(`${head}\r\n`, 'latin1')
}
