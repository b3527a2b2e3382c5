import { setTimeout as wait } from 'node:timers/promises'
import { lineOf, type Message, type Sink } from './sinks.ts'
import { signatureHeader, signatureOf } from './signature.ts'

export interface WebhookOptions {
  /** `https:` or `http:`; it may hold a secret in its path, so it is shown as its host alone. */
  url: string
  /** Signs every message. @default not signed */
  secret?: string | undefined
  clock: () => number
  /** Attempts for one message. @default 5 */
  attempts?: number
  /** Before the second attempt, in milliseconds; each later one waits four times as long. @default 1_000 */
  backOffMs?: number
  /** One attempt, in milliseconds. @default 10_000 */
  timeoutMs?: number
}

/** Messages that wait while the receiver is away. */
const mostWaiting = 100

/** What is sent: one JSON object, one message. */
function bodyOf(message: Message): string {
  const { event, app, version, at, alert, related } = message
  return JSON.stringify({
    format: 1,
    event,
    app,
    version,
    at,
    text: lineOf(message),
    alert,
    related: related.map(({ id, severity, route, sentence }) => ({ id, severity, route, sentence })),
  })
}

/** Posts every message as JSON, in order, one at a time; the oldest are dropped where too many wait. */
export function createWebhookSink(options: WebhookOptions): Sink {
  const { url, secret, clock, attempts = 5, backOffMs = 1_000, timeoutMs = 10_000 } = options
  const target = new URL(url).host
  const closed = new AbortController()
  const waiting: Message[] = []
  const state = { sent: 0, failed: 0, dropped: 0, problem: null as string | null }
  let sending: Promise<void> | undefined

  async function post(message: Message): Promise<string | null> {
    const body = bodyOf(message)
    const seconds = Math.floor(clock() / 1000)
    try {
      const response = await fetch(url, {
        method: 'POST',
        // A redirect may lead anywhere; the address is what its owner wrote.
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'hotpath',
          ...(secret !== undefined && { [signatureHeader]: signatureOf(body, { secret, seconds }) }),
        },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), closed.signal]),
      })
      await response.body?.cancel()
      return response.ok ? null : `it answered ${response.status}`
    } catch (error) {
      return problemOf(error)
    }
  }

  async function deliver(message: Message): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) {
        const pause = backOffMs * 4 ** (attempt - 2)
        await wait(pause, undefined, { ref: false, signal: closed.signal }).catch(() => {})
      }
      if (closed.signal.aborted) break
      state.problem = await post(message)
      if (state.problem === null) return void (state.sent += 1)
      state.failed += 1
      // What the receiver does not want now it will not want later.
      if (/answered 4(?!08|29)/.test(state.problem)) break
    }
    state.dropped += 1
  }

  async function drain(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) await deliver(next)
  }

  return {
    send(message) {
      if (closed.signal.aborted) return
      waiting.push(message)
      if (waiting.length > mostWaiting) {
        waiting.shift()
        state.dropped += 1
      }
      sending ??= drain().finally(() => (sending = undefined))
    },
    test: post,
    state: () => ({ kind: 'webhook', target, waiting: waiting.length, ...state }),
    close() {
      state.dropped += waiting.length
      waiting.length = 0
      closed.abort()
    },
  }
}

/** Without the address, which may hold a secret. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached'
  if (error.name === 'TimeoutError') return 'it did not answer in time'
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return typeof cause?.code === 'string'
    ? `it could not be reached: ${cause.code}`
    : 'it could not be reached'
}
