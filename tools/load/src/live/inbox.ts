/** What came over a connection that stays open. */
export interface Arrival<Message> {
  message: Message
  /** performance.now(). */
  at: number
  bytes: number
}

/** Messages in the order of their coming, and who waits for one. */
export interface Inbox<Message> {
  put(arrival: Arrival<Message>): void
  /** Calls back with the first message that matches, also one that came before; those before it are dropped. */
  take(matches: (message: Message) => boolean, onArrival: (arrival: Arrival<Message>) => void): () => void
  /** Forgets what came so far. */
  clear(): void
}

/** Nobody reads a server that talks without end: the oldest message makes way. */
const mostKept = 1000

export function createInbox<Message>(): Inbox<Message> {
  const kept: Arrival<Message>[] = []
  const waiting: {
    matches: (message: Message) => boolean
    onArrival: (arrival: Arrival<Message>) => void
  }[] = []
  return {
    put(arrival) {
      const index = waiting.findIndex(({ matches }) => matches(arrival.message))
      if (index >= 0) return waiting.splice(index, 1)[0]!.onArrival(arrival)
      // Whoever waits has seen it pass: it is no answer to a later question.
      if (waiting.length > 0) return
      kept.push(arrival)
      if (kept.length > mostKept) kept.shift()
    },
    take(matches, onArrival) {
      const index = kept.findIndex(({ message }) => matches(message))
      if (index >= 0) {
        const [found] = kept.splice(0, index + 1).slice(-1)
        onArrival(found!)
        return () => {}
      }
      kept.length = 0
      const waiter = { matches, onArrival }
      waiting.push(waiter)
      return () => {
        const at = waiting.indexOf(waiter)
        if (at >= 0) waiting.splice(at, 1)
      }
    },
    clear() {
      kept.length = 0
    },
  }
}
