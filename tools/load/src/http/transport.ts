import { type Connections, type ConnectionsOptions, createConnections } from './connections.ts'
import { createDeadlines } from './deadlines.ts'
import { type Carrier, Exchange, type ExchangeOptions } from './exchange.ts'
import type { Step } from '../scenario/step.ts'
import { createTurn } from './turn.ts'

/** Sends requests, and knows which are under way. */
export interface Transport {
  send(step: Step, options: ExchangeOptions): void
  /** How many requests are sent or waiting to be sent. */
  underWay(): number
  /** Connections opened so far. */
  connectionsOpened(): number
  /** Requests that had to wait for a connection. */
  waited(): number
  /** Counts something that is not sent here as under way, until the function returned is called. */
  hold(): () => void
  /** Resolves when nothing is under way. */
  drained(): Promise<void>
  /** Gives up what is under way without settling it, and closes every connection. */
  destroy(): void
}

export interface TransportOptions extends ConnectionsOptions {
  /** From the due time to the last byte. */
  timeoutMs: number
}

export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs } = options
  const connect = (origin: string) => createConnections({ ...options, origin })
  const home = connect(options.origin)
  const elsewhere = new Map<string, Connections>()
  const deadlines = createDeadlines(timeoutMs, expire)
  let held = 0
  let whenDrained: (() => void) | undefined
  let destroyed = false

  function connectionsOf({ step: { origin } }: Exchange): Connections {
    if (origin === null) return home
    let connections = elsewhere.get(origin)
    if (!connections) elsewhere.set(origin, (connections = connect(origin)))
    return connections
  }

  function tellWhenDrained(): void {
    if (deadlines.count() + held === 0) whenDrained?.()
  }

  function sum(figure: (connections: Connections) => number): number {
    return [home, ...elsewhere.values()].reduce((total, connections) => total + figure(connections), 0)
  }

  function expire(exchanges: Exchange[]): void {
    // Those still waiting first: else the connections that come free would send what nobody waits for.
    for (const exchange of exchanges) if (!exchange.wasSent()) exchange.settle('timeout')
    for (const exchange of exchanges) if (!exchange.isSettled()) exchange.settle('timeout')
  }

  const turn = createTurn((exchange: Exchange) => {
    release(exchange)
    exchange.conclude()
  })

  const carrier: Carrier = { ended: turn.add, readyAt: turn.readyAt }

  function release(exchange: Exchange): void {
    deadlines.forget(exchange)
    // A connection that broke, or still owes an answer, is in no known state.
    if (exchange.failure === null) connectionsOf(exchange).release(exchange)
    else connectionsOf(exchange).abandon(exchange)
    tellWhenDrained()
  }

  return {
    send(step, options) {
      if (destroyed) return
      const exchange = new Exchange(step, options, carrier)
      deadlines.watch(exchange)
      connectionsOf(exchange).send(exchange)
    },
    underWay: () => deadlines.count() + held,
    connectionsOpened: () => sum((connections) => connections.opened()),
    waited: () => sum((connections) => connections.waited()),
    hold() {
      held += 1
      let holds = true
      return () => {
        if (holds) held -= 1
        holds = false
        tellWhenDrained()
      }
    },
    drained() {
      return new Promise((resolve) => {
        whenDrained = resolve
        tellWhenDrained()
      })
    },
    destroy() {
      destroyed = true
      turn.finish()
      for (const exchange of deadlines.all()) exchange.dismiss()
      deadlines.close()
      for (const connections of [home, ...elsewhere.values()]) connections.destroy()
    },
  }
}
