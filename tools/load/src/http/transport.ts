import { type Connections, type ConnectionsOptions, createConnections } from './connections.ts'
import { createDeadlines } from './deadlines.ts'
import { type Carrier, Exchange, type ExchangeOptions } from './exchange.ts'
import { createReadClock } from './read-clock.ts'
import type { Step } from '../scenario/step.ts'

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
  destroy(): Promise<void>
}

export interface TransportOptions extends Omit<ConnectionsOptions, 'connectTimeoutMs'> {
  /** From the due time to the last byte. */
  timeoutMs: number
}

export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs } = options
  const connect = (origin: string) => createConnections({ ...options, origin, connectTimeoutMs: timeoutMs })
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

  const ended = inBatches((exchange: Exchange) => {
    release(exchange)
    exchange.conclude()
  })

  const carrier: Carrier = { ended: ended.add, readyAt: createReadClock() }

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
    async destroy() {
      destroyed = true
      ended.finish()
      for (const exchange of deadlines.all()) exchange.dismiss()
      deadlines.close()
      await Promise.all([home, ...elsewhere.values()].map((connections) => connections.destroy()))
    },
  }
}

/**
 * What follows an answer is done when everything that has arrived is read: the work on one answer does not make the
 * others look late.
 */
function inBatches<T>(work: (item: T) => void): { add(item: T): void; finish(): void } {
  let batch: T[] = []
  function finish(): void {
    const items = batch
    batch = []
    for (const item of items) work(item)
  }
  return {
    add(item) {
      if (batch.push(item) === 1) setImmediate(finish)
    },
    finish,
  }
}
