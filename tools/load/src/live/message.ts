import type { Inbox } from './inbox.ts'
import type { Loss } from './loss.ts'
import { beginWait, type LivePort, settle } from './measured.ts'

/** What a message must be: contain a text, match an expression, or please a function; any is right without it. */
export type Match<Message> = string | RegExp | ((message: Message) => boolean)

export function matcher<Message>(
  match: Match<Message> | undefined,
  textOf: (message: Message) => string,
): (message: Message) => boolean {
  if (match === undefined) return () => true
  if (typeof match === 'function') return match
  if (typeof match === 'string') return (message) => textOf(message).includes(match)
  // A flag that remembers the last place would skip messages.
  const regex = new RegExp(match.source, match.flags.replaceAll(/[gy]/g, ''))
  return (message) => regex.test(textOf(message))
}

export interface MessageWait<Message> {
  /** Under which name it is counted. */
  name: string
  sentAt: number
  match: Match<Message> | undefined
  textOf: (message: Message) => string
}

/** A connection that messages come over. */
export interface MessageSource<Message> {
  port: LivePort
  inbox: Inbox<Message>
  lost: Loss
  /** Says when the session's next step is due. */
  becomesDue(at: number): void
}

/**
 * Waits for a message and measures how long it took.
 * @throws HP_LOAD_LIVE when none comes before the timeout, or the connection is lost
 */
export function awaitMessage<Message>(
  { port, inbox, lost, becomesDue }: MessageSource<Message>,
  { name, sentAt, match, textOf }: MessageWait<Message>,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const matches = matcher(match, textOf)
    const stops: (() => void)[] = []
    let answer: Message
    const onEnd = settle(name, { resolve: () => resolve(answer), reject })
    const wait = beginWait(port, { name, due: sentAt, sentAt }, (problem, at) => {
      for (const stop of stops) stop()
      becomesDue(at)
      onEnd(problem)
    })
    const found = inbox.take(matches, ({ message, at, bytes }) => {
      answer = message
      wait.end({ at: Math.max(at, sentAt), bytes })
    })
    stops.push(found)
    if (!wait.isOver()) stops.push(lost.onLoss((failure) => wait.end({ at: performance.now(), failure })))
  })
}
