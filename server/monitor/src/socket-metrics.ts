import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type SocketMessage, workChannels } from '@hotpath/core'
import { type Buckets, createBuckets, observe } from './buckets.ts'
import { bucketSamples, type Family } from './exposition.ts'
import { createNamedFigures } from './named-figures.ts'

/** Connections that stay open, by what they connect to. */
export interface SocketMetrics {
  families(): Family[]
  close(): void
}

interface Traffic {
  messages: number
  bytes: number
}

interface Endpoint {
  open: number
  opened: number
  readonly durations: Buckets
  readonly received: Traffic
  readonly sent: Traffic
}

/** From a page that is left at once to one that stays open all day: upper bounds in milliseconds. */
const boundsMs = Float64Array.of(1_000, 10_000, 60_000, 600_000, 3_600_000, 28_800_000)

/** Listens to connections and their messages, and counts them. Whoever publishes them is not trusted to do it right. */
export function createSocketMetrics(): SocketMetrics {
  const endpoints = createNamedFigures<Endpoint>(() => ({
    open: 0,
    opened: 0,
    durations: createBuckets(boundsMs),
    received: { messages: 0, bytes: 0 },
    sent: { messages: 0, bytes: 0 },
  }))

  function onSocket(published: unknown): void {
    const message = (published ?? {}) as SocketMessage
    if (!events.has(message.event)) return
    const endpoint = endpoints.of(message.endpoint)
    if (message.event === 'opened') {
      endpoint.open += 1
      endpoint.opened += 1
    } else if (message.event === 'closed') {
      // One that was opened before anybody listened was never counted.
      endpoint.open = Math.max(0, endpoint.open - 1)
      observe(endpoint.durations, message.durationMs)
    } else {
      const traffic = endpoint[message.event]
      traffic.messages += 1
      if (message.bytes >= 0 && message.bytes < Infinity) traffic.bytes += message.bytes
    }
  }

  subscribe(workChannels.socket, onSocket)
  return {
    families: () => familiesOf(endpoints.all),
    close: () => void unsubscribe(workChannels.socket, onSocket),
  }
}

const events: ReadonlySet<unknown> = new Set<SocketMessage['event']>(['opened', 'closed', 'received', 'sent'])

function familiesOf(all: () => readonly { name: string; figures: Endpoint }[]): Family[] {
  const each = (
    name: string,
    { type, help, value }: Pick<Family, 'type' | 'help'> & { value: (endpoint: Endpoint) => number },
  ): Family => ({
    name,
    help,
    type,
    samples: () =>
      all().map(({ name: endpoint, figures }) => ({ labels: { endpoint }, value: value(figures) })),
  })
  const byDirection = (name: string, help: string, value: (traffic: Traffic) => number): Family => ({
    name,
    help,
    type: 'counter',
    samples: () =>
      all().flatMap(({ name: endpoint, figures }) =>
        (['received', 'sent'] as const).map((direction) => ({
          labels: { endpoint, direction },
          value: value(figures[direction]),
        })),
      ),
  })
  return [
    each('hotpath_sockets_open', {
      type: 'gauge',
      help: 'Connections that are open now.',
      value: ({ open }) => open,
    }),
    each('hotpath_sockets_opened_total', {
      type: 'counter',
      help: 'Connections that were opened.',
      value: ({ opened }) => opened,
    }),
    {
      name: 'hotpath_socket_duration_seconds',
      help: 'How long connections were open.',
      type: 'histogram',
      samples: () =>
        all().flatMap(({ name: endpoint, figures }) =>
          bucketSamples('hotpath_socket_duration_seconds', figures.durations, { endpoint }),
        ),
    },
    byDirection('hotpath_socket_messages_total', 'Messages over them.', ({ messages }) => messages),
    byDirection('hotpath_socket_message_bytes_total', 'Bytes of those messages.', ({ bytes }) => bytes),
  ]
}
