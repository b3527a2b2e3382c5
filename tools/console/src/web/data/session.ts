import type { RequestProblem } from './request-json.ts'
import type { TokenStore } from './token-store.ts'

/** Why the server answers nothing; null while it does. */
export type Refusal = {
  /** Whether a token was sent and turned down. */
  rejected: boolean
  /** Why no token will do; empty when one will. */
  why: string
} | null

/** Which token is sent, and whether the server wants another. */
export interface Session {
  token(): string | undefined
  refusal(): Refusal
  /** Calls `listener` after each change of the refusal; the answer unsubscribes. */
  subscribe(listener: () => void): () => void
  refused(problem: RequestProblem): void
  /** Keeps the token for this tab and tries again. */
  authorise(token: string): void
}

export function createSession(tokens: TokenStore): Session {
  const listeners = new Set<() => void>()
  let refusal: Refusal = null
  const change = (next: Refusal) => {
    refusal = next
    for (const listener of listeners) listener()
  }
  return {
    token: tokens.read,
    refusal: () => refusal,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refused: (problem) => change({ rejected: tokens.read() !== undefined, why: problem.message }),
    authorise(token) {
      tokens.write(token)
      change(null)
    },
  }
}
