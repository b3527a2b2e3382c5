import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type {
  httpChannels,
  HttpLimitedMessage,
  HttpReplayedMessage,
  HttpShedMessage,
  HttpTimeoutMessage,
} from '@hotpath/http/channels'
import type { Family } from './exposition.ts'

/** Requests that were refused, given up or repeated before or instead of a handler's answer. */
export interface LimitMetrics {
  families(): Family[]
  close(): void
}

type Channels = typeof httpChannels

interface Counted<Message> {
  readonly channel: Channels[keyof Channels]
  readonly name: string
  readonly help: string
  readonly labels: (message: Message) => Record<string, string>
}

const counted = [
  {
    channel: 'hotpath:http:limited',
    name: 'hotpath_http_rate_limited_total',
    help: 'Requests refused by a rate limit.',
    labels: ({ group, reason }) => ({ group, reason }),
  } satisfies Counted<HttpLimitedMessage>,
  {
    channel: 'hotpath:http:shed',
    name: 'hotpath_http_shed_total',
    help: 'Requests refused because the process had too much to do.',
    labels: ({ reason }) => ({ reason }),
  } satisfies Counted<HttpShedMessage>,
  {
    channel: 'hotpath:http:timeout',
    name: 'hotpath_http_timeouts_total',
    help: 'Requests answered because their handler took too long.',
    labels: () => ({}),
  } satisfies Counted<HttpTimeoutMessage>,
  {
    channel: 'hotpath:http:replayed',
    name: 'hotpath_http_replayed_total',
    help: 'Requests answered with the answer to an earlier one of the same Idempotency-Key.',
    labels: () => ({}),
  } satisfies Counted<HttpReplayedMessage>,
] as readonly Counted<never>[]

/** Label sets of one metric: groups are declared, so there are few. */
const mostSets = 200

interface Sample {
  readonly labels: Record<string, string>
  value: number
}

/** Listens, and counts. */
export function createLimitMetrics(): LimitMetrics {
  const heard = counted.map(({ channel, name, help, labels }) => {
    const samples = new Map<string, Sample>()
    const listener = (message: unknown): void => {
      const set = labels(message as never)
      const key = Object.values(set).join('\n')
      const sample = samples.get(key)
      if (sample) sample.value += 1
      else if (samples.size < mostSets) samples.set(key, { labels: set, value: 1 })
    }
    subscribe(channel, listener)
    const family: Family = { name, help, type: 'counter', samples: () => [...samples.values()] }
    return { family, close: () => unsubscribe(channel, listener) }
  })
  return {
    families: () => heard.map(({ family }) => family),
    close() {
      for (const { close } of heard) close()
    },
  }
}
