import type { Frame } from './frames.ts'

/**
 * What the engine is asked, one request at a time. `open` comes first and once, its body the folder, or nothing for
 * a database in memory; the body of `bytes` is wire protocol.
 */
export const requestKinds = ['open', 'session', 'bytes', 'close'] as const
export type EngineRequest = (typeof requestKinds)[number]

/** Its answer. After `failed`, whose body says why, the engine ends; to `close` it answers by ending. */
export const replyKinds = ['ready', 'bytes', 'failed'] as const
export type EngineReply = Frame<(typeof replyKinds)[number]>

/** The file descriptors that the engine is started with. */
export const descriptors = {
  /** Requests and answers. */
  channel: 3,
  /** Nothing is ever written to it: its end is the end of the application. */
  lifeline: 4,
}
