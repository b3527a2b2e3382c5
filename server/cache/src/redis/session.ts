import { asBuffer } from '../codec/as-buffer.ts'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ErrorReply } from 'redis'
import { cacheErrors } from '../errors.ts'
import type { RedisReply, RedisWord } from '../shared/port.ts'
import type { ScriptName } from '../shared/scripts.ts'
import { addressText } from './address.ts'
import { createDeadlines, type Waiting } from './deadlines.ts'
import {
  armConnection,
  type ConnectionId,
  type ConnectionOptions,
  createOneConnection,
  endPredecessor,
} from './one-connection.ts'
import { describeProblem } from './problem.ts'
import { lacksTracking, readRefusal } from './refusals.ts'
import { preparedScripts } from './script-digests.ts'

export interface SessionOptions extends ConnectionOptions {
  /** Milliseconds until an answer is late. */
  commandTimeout: number
  /** The last connection that was ready. */
  predecessor: ConnectionId | undefined
}

/** Why a session ended, and what to do differently next time. */
export interface SessionEnd {
  reason: string
  /** Where our keys are said to be; an empty host is the one that said so. */
  moved?: { host: string; port: number }
  /** The server would do, but without RESP3 and tracking. */
  untracked?: boolean
}

/** `ready`, then changes in the order of the wire, then `ended` once; `ended` may come without `ready`. */
export interface SessionEvents {
  ready(id: ConnectionId): void
  changed(key: string | null): void
  /** Redis did what a command asked. */
  answered(): void
  ended(end: SessionEnd): void
}

/** One connection, from its beginning to its end. It never reconnects. */
export interface Session {
  command(words: readonly RedisWord[]): Promise<RedisReply>
  script(name: ScriptName, keys: readonly string[], words: readonly RedisWord[]): Promise<RedisReply>
  /** Ends it without telling; resolves when its socket is gone. */
  close(): Promise<void>
}

/** A connection that was silent for so many times the command time-out counts as dead: nobody may be there any more. */
const patience = 5

export function openSession(options: SessionOptions, events: SessionEvents): Session {
  const { address, commandTimeout, connectTimeout } = options
  const place = addressText(address)
  const abort = new AbortController()
  const client = createOneConnection(options, abort.signal)
  /** Notices that came before `ready` was told; undefined afterwards. */
  let early: (string | null)[] | undefined = []
  let ended = false
  const timedOut = () => cacheErrors.HP_CACHE_REDIS_TIMEOUT({ address: place, waited: commandTimeout })
  const deadlines = createDeadlines({
    timeout: commandTimeout,
    patience: commandTimeout * patience,
    timedOut,
    silent: () => end({ reason: `it has been silent for ${commandTimeout * (patience + 1)} ms` }),
  })
  const tooLate = setTimeout(
    () => end({ reason: `it was not ready after ${connectTimeout} ms` }),
    connectTimeout,
  )

  function end(why: SessionEnd, tell = events.ended): void {
    if (ended) return
    ended = true
    clearTimeout(tooLate)
    const reason = `${why.reason} (${place})`
    tell({ ...why, reason })
    deadlines.end(() => cacheErrors.HP_CACHE_REDIS_UNREACHABLE({ problem: reason }))
    client.destroy()
    // While it is still connecting, destroy() does not reach the socket.
    abort.abort()
  }

  /** What ends a session that Redis refused with an error; undefined when the error is about one command alone. */
  function endingRefusal(error: ErrorReply): SessionEnd | undefined {
    const reason = describeProblem(error, address)
    const refusal = readRefusal(error.message)
    if (refusal.kind === 'moved') return { reason, moved: refusal }
    return refusal.kind === 'unusable' ? { reason } : undefined
  }

  function failed(error: unknown, aboutTracking = options.tracking): void {
    const reason = describeProblem(error, address)
    if (!(error instanceof ErrorReply)) return end({ reason })
    end(endingRefusal(error) ?? { reason, untracked: aboutTracking && lacksTracking(error.message) })
  }

  async function arm(): Promise<void> {
    const armed = await armConnection(client, options)
    if (ended) return
    if ('refused' in armed) return failed(armed.refused, armed.tracking)
    await endPredecessor(client, options.predecessor, armed)
    if (ended) return
    clearTimeout(tooLate)
    events.ready(armed)
    const notices = early ?? []
    early = undefined
    for (const key of notices) if (!ended) events.changed(key)
  }

  function submit(words: readonly (string | Buffer)[], waiting: Waiting, instead?: () => string[]): void {
    client.sendCommand(words).then(
      (reply) => {
        if (ended) return
        events.answered()
        if (deadlines.answered(waiting)) waiting.resolve(reply)
      },
      (error: unknown) => {
        if (ended) return
        const isReply = error instanceof ErrorReply
        if (isReply && instead && readRefusal(error.message).kind === 'no-script')
          return submit(instead(), waiting)
        const ending = isReply ? endingRefusal(error) : undefined
        if (ending) return end(ending)
        if (!deadlines.answered(waiting)) return
        // What cannot be written is a mistake of the caller's, and told as it is.
        waiting.reject(isReply ? refused(words[0], error) : (error as Error))
      },
    )
  }

  function refused(command: string | Buffer | undefined, error: Error): Error {
    const problem = describeProblem(error, address)
    return cacheErrors.HP_CACHE_REDIS_REFUSED({ address: place, command: String(command), problem })
  }

  function send(words: readonly RedisWord[], instead?: () => string[]): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      if (deadlines.stalled()) return reject(timedOut())
      const waiting = { resolve, reject, deadline: performance.now() + commandTimeout }
      deadlines.add(waiting)
      submit(words.map(asWritten), waiting, instead)
    })
  }

  client.on('error', (error) => failed(error))
  client.on('ready', () => void arm())
  client.on('invalidate', (key: Buffer | null) => {
    if (ended) return
    const text = key === null ? null : key.toString()
    if (early) early.push(text)
    else events.changed(text)
  })
  const connecting = client.connect().then(
    () => {},
    (error: unknown) => failed(error),
  )
  return {
    command: (words) => send(words),
    script(name, keys, words) {
      const { digest, text } = preparedScripts[name]
      const rest = [String(keys.length), ...keys, ...words]
      return send(['EVALSHA', digest, ...rest], () => ['EVAL', text, ...rest] as string[])
    },
    async close() {
      end({ reason: 'it was closed' }, () => {})
      await connecting
      // Handles are closed at the end of a turn.
      await nextTurn()
      await nextTurn()
    },
  }
}

const asWritten = (word: RedisWord): string | Buffer => (typeof word === 'string' ? word : asBuffer(word))
