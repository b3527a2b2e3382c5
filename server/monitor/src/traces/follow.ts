import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { cacheChannels, CacheLoadMessage, CacheReadMessage } from '@hotpath/cache/channels'
import type { httpChannels, HttpHandlerMessage, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { hear, type Recorder } from './recorder.ts'

const handlerChannel = 'hotpath:http:handler' satisfies (typeof httpChannels)['handler']
const requestChannel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const readChannel = 'hotpath:cache:read' satisfies (typeof cacheChannels)['read']
const loadChannel = 'hotpath:cache:load' satisfies (typeof cacheChannels)['load']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

export interface FollowOptions {
  /** Milliseconds of a monotonic clock: that of the messages. */
  now: () => number
  lagMs: () => number
  /** A request that reached its handler has ended. */
  ended: (recorder: Recorder, message: HttpRequestMessage) => void
  /** A request that waited for the answer to another has ended. */
  collapsed: (message: HttpRequestMessage) => void
}

/** On the request itself: a WeakMap would cost more than all that is noted. */
const recorderOf = Symbol('hotpath.monitor.recorder')
interface Followed {
  [recorderOf]?: Recorder | undefined
}

/**
 * Follows the requests that reach their handler, each in a store of its own. What the HTTP cache answers costs one
 * comparison.
 */
export function followRequests({ now, lagMs, ended, collapsed }: FollowOptions): { close(): void } {
  const current = new AsyncLocalStorage<Recorder>()

  const begin = (published: unknown): Recorder => {
    const { request, startedAt } = published as HttpHandlerMessage
    const handlerAt = now()
    const recorder: Recorder = {
      startedAt: startedAt === 0 ? handlerAt : startedAt,
      handlerAt,
      lagMs: lagMs(),
      traceparent: request.headers['traceparent'],
      heard: [],
      more: 0,
      isOver: false,
    }
    ;(request as Followed)[recorderOf] = recorder
    return recorder
  }
  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    const { cache } = message
    if (cache === 'hit' || cache === 'stale') return
    const followed = message.request as Followed
    const recorder = followed[recorderOf]
    if (recorder === undefined) return cache === 'collapsed' ? collapsed(message) : undefined
    followed[recorderOf] = undefined
    recorder.isOver = true
    ended(recorder, message)
    // What its handler began may live on for long, and hold on to the store.
    recorder.heard = []
  }
  const onRead = (message: unknown): void => {
    const recorder = current.getStore()
    if (recorder) hear(recorder, { kind: 'read', at: now(), message: message as CacheReadMessage })
  }
  const onLoad = (message: unknown): void => {
    const recorder = current.getStore()
    if (recorder) hear(recorder, { kind: 'load', at: now(), message: message as CacheLoadMessage })
  }
  const onStatement = (message: unknown): void => {
    const recorder = current.getStore()
    if (recorder)
      hear(recorder, { kind: 'statement', at: now(), message: message as PostgresStatementMessage })
  }

  const heard = [
    [requestChannel, onRequest],
    [readChannel, onRead],
    [loadChannel, onLoad],
    [statementChannel, onStatement],
  ] as const
  const handlers = channel(handlerChannel)
  handlers.bindStore(current, begin)
  for (const [name, listener] of heard) subscribe(name, listener)
  return {
    close() {
      handlers.unbindStore(current)
      for (const [name, listener] of heard) unsubscribe(name, listener)
    },
  }
}
