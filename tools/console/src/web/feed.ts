import type { Clock } from '@hotpath/core'
import { afterOutcome, waitBeforeNext, type FeedState } from './feed-state.ts'
import type { Outcome, OverviewRequest } from './request-overview.ts'
import type { TokenStore } from './token-store.ts'

/** Follows the server: asks, waits, asks again, until it is paused. */
export interface Feed {
  state(): FeedState
  /** Calls `listener` after each change; the answer unsubscribes. */
  subscribe(listener: () => void): () => void
  /** Asks at once, and goes on from there. Does nothing while a question is under way. */
  resume(): void
  /** Asks no more until `resume`; an answer on its way still counts. */
  pause(): void
  /** Keeps the token for this tab and asks at once. */
  authorise(token: string): void
}

export interface FeedOptions {
  request: (request: OverviewRequest) => Promise<Outcome>
  tokens: TokenStore
  clock: Clock
}

/** A feed, paused: call `resume` to begin. */
export function createFeed({ request, tokens, clock }: FeedOptions): Feed {
  const listeners = new Set<() => void>()
  let state: FeedState = { phase: 'loading' }
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let paused = true

  async function ask(): Promise<void> {
    if (asking) return
    asking = true
    const token = tokens.read()
    const outcome = await request({ token })
    asking = false
    state = afterOutcome(state, outcome, { now: clock(), sentToken: token !== undefined })
    for (const listener of listeners) listener()
    const wait = waitBeforeNext(state)
    if (!paused && wait !== null) timer = setTimeout(() => void ask(), wait)
  }

  function resume(): void {
    paused = false
    clearTimeout(timer)
    void ask()
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    resume,
    pause() {
      paused = true
      clearTimeout(timer)
    },
    authorise(token) {
      tokens.write(token)
      resume()
    },
  }
}
