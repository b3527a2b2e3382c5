import type { Host } from './host.ts'
import type { Connection, Message, Request, SimulatedRedis } from './simulated-redis.ts'
import { createStream } from './stream.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The process' end of one connection: two ordered streams, each with its own delays. */
export interface Link {
  send(request: Request): void
  stall(directions: { up: boolean; down: boolean }, ms: number): void
  /** The connection breaks; what was sent may still reach the server, nothing comes back. */
  drop(options: { noticedAfter: number; loseSent: boolean }): void
  /** Ended by the process: the server reads what was sent. */
  close(): void
}

export interface LinkOptions {
  time: VirtualTime
  host: Host
  server: SimulatedRedis
  latency: () => number
  /** Called for each message, those of one piece in one synchronous stretch. */
  take: (message: Message) => void
  gone: (reason: string) => void
}

export function createLink({ time, host, server, latency, take, gone }: LinkOptions): Link {
  /** What the network brought and the event loop has not read yet. */
  let inbox: Message[] = []
  let isOver = false

  const down = createStream<Message>({
    time,
    latency,
    arrive(messages) {
      inbox.push(...messages)
      host.io(() => {
        const read = inbox
        inbox = []
        for (const message of read) if (!isOver) take(message)
      })
    },
  })

  const connection: Connection = {
    prefix: null,
    deliver: (messages) => down.send(messages),
    gone: () => end('Redis closed the connection', latency()),
  }
  let isOpen = false
  const up = createStream<Request>({
    time,
    latency,
    arrive(requests) {
      if (!isOpen) {
        isOpen = server.connect(connection)
        if (!isOpen) {
          end('nobody listens', 0)
          return
        }
      }
      for (const request of requests) server.receive(connection, request)
    },
  })

  /** The process hears that it is over after `ms`. */
  function end(reason: string, ms: number): void {
    down.cut()
    connection.prefix = null
    time.setTimeout(() => {
      host.io(() => {
        if (isOver) return
        isOver = true
        gone(reason)
      })
    }, ms)
  }

  return {
    send: (request) => up.send([request]),
    stall(directions, ms) {
      if (directions.up) up.stall(ms)
      if (directions.down) down.stall(ms)
    },
    drop({ noticedAfter, loseSent }) {
      if (loseSent) up.cut()
      end('the connection broke', noticedAfter)
    },
    close() {
      isOver = true
      down.cut()
      connection.prefix = null
    },
  }
}
