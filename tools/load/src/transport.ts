import { type ConnectionsOptions, createConnections } from './connections.ts'
import { createDeadlines } from './deadlines.ts'
import { Exchange, type ExchangeOptions } from './exchange.ts'
import type { Step } from './step.ts'

/** Sends requests, and knows which are under way. */
export interface Transport {
  send(step: Step, options: ExchangeOptions): void
  /** How many requests are sent or waiting to be sent. */
  underWay(): number
  /** Connections opened so far. */
  connectionsOpened(): number
  /** Requests that had to wait for a connection. */
  waited(): number
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
  const connections = createConnections({ ...options, connectTimeoutMs: timeoutMs })
  const deadlines = createDeadlines(timeoutMs, expire)
  let whenDrained: (() => void) | undefined
  let destroyed = false

  function expire(exchanges: Exchange[]): void {
    // Those still waiting first: else the connections that come free would send what nobody waits for.
    for (const exchange of exchanges) if (!exchange.wasSent()) exchange.settle('timeout')
    for (const exchange of exchanges) if (!exchange.isSettled()) exchange.settle('timeout')
  }

  function release(exchange: Exchange): void {
    deadlines.forget(exchange)
    // A connection that broke, or still owes an answer, is in no known state.
    if (exchange.failure === null) connections.release(exchange)
    else connections.abandon(exchange)
    if (deadlines.count() === 0) whenDrained?.()
  }

  return {
    send(step, options) {
      if (destroyed) return
      const exchange = new Exchange(step, options, release)
      deadlines.watch(exchange)
      connections.send(exchange)
    },
    underWay: deadlines.count,
    connectionsOpened: connections.opened,
    waited: connections.waited,
    drained() {
      return new Promise((resolve) => {
        whenDrained = resolve
        if (deadlines.count() === 0) resolve()
      })
    },
    async destroy() {
      destroyed = true
      for (const exchange of deadlines.all()) exchange.dismiss()
      deadlines.close()
      await connections.destroy()
    },
  }
}
