import { randomUUID } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Bytes, type Duration, parseBytes, parseDuration, type Route } from '@hotpath/core'
import { httpChannels, type HttpReplayedMessage } from '../channels.ts'
import { type RecordedAnswer, recordAnswer } from './answer-recorder.ts'
import type { TrustedProxies } from './client-address.ts'
import { repeats, startFingerprint } from './fingerprint.ts'
import { idempotencyAnswers } from './idempotency-answers.ts'
import { createOwnerOf, readIdempotencyKey, recordName } from './idempotency-key.ts'
import { createMemoryIdempotency } from './idempotency-memory.ts'
import { createRedisIdempotency } from './idempotency-redis.ts'
import type { IdempotencyRecord, IdempotencyStore } from './idempotency-store.ts'
import type { ScriptRunner } from './redis-scripts.ts'
import { createAddressKey, type IdentityOf } from './request-key.ts'
import { createRouteSettings } from './route-settings.ts'
import { isTimedOut } from './timeouts.ts'

export interface IdempotencyOptions {
  /** The route table: `idempotent` of each. */
  readonly routes: readonly Route[]
  /**
   * Who asks, as the application has checked it: answers are kept apart by it. @default Authorization and Cookie as
   * sent, or, without both, the client's address
   */
  readonly user?: IdentityOf
  /** Proxies in front of the server. @default none: the peer of the connection is the client */
  readonly proxies?: TrustedProxies
  /** Redis, shared by all processes that name the same application. @default none: each process remembers on its own */
  readonly redis?: { readonly runner: ScriptRunner; readonly name: string }
  /**
   * With Redis: what becomes of requests with a key while it is away. `closed`: refused with 503, since nobody knows
   * whether they are repeats; `local`: this process alone remembers them. @default 'closed'
   */
  readonly redisDown?: 'closed' | 'local'
  /** How long a request counts as at work after the last sign of life of its process. @default '60s' */
  readonly lease?: Duration
  /** Largest answer kept; a repeat of a larger one is told that it was done. @default '256KiB' */
  readonly maxAnswer?: Bytes
  /** Most keys remembered in this process. @default 10_000 */
  readonly maxKeys?: number
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number
}

/** Answers repeats of a request with the answer to the first (draft-ietf-httpapi-idempotency-key-header). */
export interface Idempotency {
  wrap(next: RequestListener): RequestListener
}

interface Policy {
  readonly isRequired: boolean
  readonly ttlMs: number
}

const idempotencyDefaults = {
  redisDown: 'closed',
  lease: '60s',
  maxAnswer: '256KiB',
  maxKeys: 10_000,
} as const
const defaultTtl = '24h'
/** Of all answers kept in this process. */
const memoryBytes = 64 * 1024 * 1024

/** With these, nothing was done: the repeat is to be tried. */
const undone: ReadonlySet<number> = new Set([401, 403, 408, 425, 429, 502, 503, 504])

const { missing, malformed, reused, busy, tooLarge, unavailable } = idempotencyAnswers
const soon = { 'Retry-After': '1' }

const replayed = channel(httpChannels.replayed)

/**
 * Makes the memory of one application for idempotency keys.
 * @throws HP_DURATION_INVALID, HP_BYTES_INVALID, HP_HTTP_PROXIES_INVALID
 */
export function createIdempotency(options: IdempotencyOptions): Idempotency {
  const { routes, redis, now = () => performance.now() } = options
  const { redisDown, lease, maxAnswer, maxKeys } = { ...idempotencyDefaults, ...options }
  const leaseMs = parseDuration(lease)
  const maxBytes = parseBytes(maxAnswer)
  const memory = createMemoryIdempotency({ maxEntries: maxKeys, maxBytes: memoryBytes, now })
  const shared = redis ? createRedisIdempotency(redis.runner, redis.name) : memory
  const ownerOf = createOwnerOf(options.user, createAddressKey(options.proxies))
  const policyOf = createRouteSettings<Policy | null>(routes, { read: readPolicy, otherwise: null })

  async function handle(arrival: Arrival, name: string): Promise<void> {
    const { request, response } = arrival
    const token = randomUUID()
    let store: IdempotencyStore = shared
    let claim = await store.claim(name, token, leaseMs).catch(() => null)
    if (claim === null && store !== memory && redisDown === 'local') {
      store = memory
      claim = await store.claim(name, token, leaseMs).catch(() => null)
    }
    if (response.destroyed || request.socket.destroyed) return void store.release(name, token).catch(() => {})
    if (claim === null) return unavailable(response, soon)
    if (claim.state === 'busy') return busy(response, soon)
    if (claim.state === 'done') return replay(request, response, claim.record)
    run(arrival, { store, name, token })
  }

  function run({ request, response, next, policy }: Arrival, { store, name, token }: Held): void {
    const fingerprint = startFingerprint(request)
    const renewal = setInterval(
      () => void store.renew(name, token, leaseMs).catch(() => {}),
      leaseMs / 3,
    ).unref()
    // A handler that never ends, its client gone, must not hold the key for ever.
    response.once('close', () => clearInterval(renewal))
    recordAnswer(response, {
      maxBytes,
      onEnd(answer) {
        clearInterval(renewal)
        // The handler may be at work still, so the key stays taken for what is left of its lease.
        if (isTimedOut(response)) return
        const done = undone.has(answer.status)
          ? store.release(name, token)
          : store.complete(name, token, {
              record: { fingerprint: fingerprint(), answer },
              ttlMs: policy.ttlMs,
            })
        void done.catch(() => {})
      },
    })
    // On a tick of its own: a handler that throws is nobody's rejected promise.
    process.nextTick(next, request, response)
  }

  return {
    wrap: (next) => (request, response) => {
      const { method = 'GET', url = '', headers } = request
      const policy = method === 'POST' || method === 'PATCH' ? policyOf(method, url) : null
      if (policy === null) return next(request, response)
      const field = headers['idempotency-key']
      if (field === undefined) return policy.isRequired ? missing(response) : next(request, response)
      const key = readIdempotencyKey(field)
      if (key === null) return malformed(response)
      void handle({ request, response, next, policy }, recordName(request, key, ownerOf))
    },
  }
}

interface Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly next: RequestListener
  readonly policy: Policy
}

interface Held {
  readonly store: IdempotencyStore
  readonly name: string
  readonly token: string
}

function readPolicy({ options: { idempotent } }: Route): Policy | undefined {
  if (!idempotent) return undefined
  const { required = false, ttl = defaultTtl } = idempotent === true ? {} : idempotent
  return { isRequired: required, ttlMs: parseDuration(ttl) }
}

async function replay(
  request: IncomingMessage,
  response: ServerResponse,
  record: IdempotencyRecord,
): Promise<void> {
  const isSame = await repeats(request, record.fingerprint).catch(() => false)
  if (response.destroyed) return
  if (!isSame) return reused(response)
  const { status, headers, body }: RecordedAnswer = record.answer
  if (body === null) return tooLarge(response)
  if (replayed.hasSubscribers) replayed.publish({ status } satisfies HttpReplayedMessage)
  response.writeHead(status, { ...headers, 'Idempotent-Replayed': 'true' }).end(body)
}
