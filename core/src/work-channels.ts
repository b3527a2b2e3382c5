/**
 * The names on which an application tells of work that is no request (node:diagnostics_channel; free while nobody
 * listens). The monitor counts what it hears there.
 */
export const workChannels = { job: 'hotpath:job', socket: 'hotpath:socket' } as const

/** A job that a worker took up, or that came to its end: `hotpath:job`. */
export type JobMessage = {
  /** The queue, or the kind of job: one of few names that the program knows, nothing that a user wrote. */
  queue: string
} & (
  | {
      event: 'started'
      /** How long it lay in the queue since it was due, in milliseconds. @default not known */
      waitMs?: number
    }
  | {
      event: 'completed' | 'failed'
      /** How long it ran, in milliseconds. */
      durationMs: number
    }
)

/** A WebSocket, or another connection that stays, and what goes over it: `hotpath:socket`. */
export type SocketMessage = {
  /** What they connect to: one of few names that the program knows. */
  endpoint: string
} & (
  | { event: 'opened' }
  | {
      event: 'closed'
      /** How long it was open, in milliseconds. */
      durationMs: number
    }
  | {
      event: 'received' | 'sent'
      /** The size of the message. */
      bytes: number
    }
)
