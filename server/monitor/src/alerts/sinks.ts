import type { AlertSink } from '@hotpath/core'
import type { Telling } from './telling.ts'

/** What a sink is given: a telling with its time, or a test. */
export type Message = { app: string; version: string; at: number } & (
  | Telling
  | { event: 'test'; alert: null; related: readonly [] }
)

/** Where messages go. It never throws, and nobody waits for it. */
export interface Sink {
  send(message: Message): void
  /** Sends at once and resolves with how it went: null, or what was wrong. */
  test(message: Message): Promise<string | null>
  state(): AlertSink
  /** Gives up what waits. */
  close(): void
}

/** The sentence of a message, in one line of text. */
export function lineOf({ event, alert, related, app }: Message): string {
  if (event === 'test') return `[hotpath] ${app}: this is a test of the alerts.`
  if (event === 'resolved') return `[hotpath] ${app} resolved: ${alert.sentence}`
  const more =
    related.length === 0 ? '' : ` (and ${related.length} more ${related.length === 1 ? 'alert' : 'alerts'})`
  return `[hotpath] ${app} ${alert.severity}: ${alert.sentence}${more}`
}

/** Writes a line for each message. */
export function createLogSink(write: (line: string) => void): Sink {
  let sent = 0
  const send = (message: Message): void => {
    // A sentence holds names of routes and tables, which are the application's: one line stays one line.
    write(lineOf(message).replaceAll(/\p{Cc}+/gu, ' '))
    sent += 1
  }
  return {
    send,
    async test(message) {
      send(message)
      return null
    },
    state: () => ({ kind: 'log', target: 'log', sent, failed: 0, dropped: 0, waiting: 0, problem: null }),
    close() {},
  }
}
