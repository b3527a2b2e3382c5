import type { ScriptName } from './scripts.ts'

/** A word of a command; numbers are written out by the caller. */
export type RedisWord = string | Uint8Array

/** What Redis answers: texts come as buffers, numbers as numbers, an absent value as null. */
export type RedisReply = Uint8Array | number | null | readonly RedisReply[]

/** What a connection tells, synchronously and in the order in which it happened on the wire. */
export interface RedisEvents {
  /**
   * Connected, and, where `tracking` is true, armed: from here on every change below the tracked prefix is told. The
   * first command may be sent from within.
   */
  ready(server: { tracking: boolean; runId: string }): void
  /** A key below the tracked prefix was written, expired or evicted; null: any of them may have been. */
  changed(key: string | null): void
  /** A try to connect came to nothing; another follows. */
  failed(reason: string): void
  /** The connection is gone, and with it what it would have told. Nothing can be sent until the next `ready`. */
  lost(reason: string): void
}

/**
 * One connection to one Redis, as the shared tier needs it: commands and change notices on the same ordered stream.
 * It reconnects for ever on its own.
 */
export interface RedisPort {
  /** Connects. Called once, before anything else; events come later, never from within. */
  start(trackedPrefix: string, events: RedisEvents): void
  /**
   * Sends one command; those of one turn of the event loop share a write.
   * Rejects HP_CACHE_REDIS_TIMEOUT when no answer came in time, HP_CACHE_REDIS_UNREACHABLE without a connection, and
   * HP_CACHE_REDIS_REFUSED with Redis' own words when it answers with an error.
   */
  command(words: readonly RedisWord[]): Promise<RedisReply>
  /** Runs one of our scripts, the same way. */
  script(name: ScriptName, keys: readonly string[], words: readonly RedisWord[]): Promise<RedisReply>
  close(): Promise<void>
}
