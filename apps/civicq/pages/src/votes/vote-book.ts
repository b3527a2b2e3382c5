import type { List, OwnVote, VoteResult } from '../../../src/api/shapes.ts'
import { request } from '../api/request.ts'
import type { Session } from '../session/session.ts'
import {
  afterClick,
  afterCounted,
  afterLoaded,
  afterRefused,
  noVote,
  type Vote,
  type VoteState,
} from './vote-state.ts'

/** The votes of whoever is signed in. A click shows at once; the server is told behind it. */
export interface VoteBook {
  read(questionId: number): VoteState
  /** Calls `listener` when any vote changes; the answer unsubscribes. */
  subscribe(listener: () => void): () => void
  /** Fetches the voter's votes in a contest, so that a reload keeps the arrows. */
  load(contestId: number): Promise<void>
  /** The voter clicked an arrow. */
  click(questionId: number, arrow: 1 | -1): void
}

/** An empty book; it empties itself when somebody else signs in. */
export function createVoteBook(session: Session): VoteBook {
  const listeners = new Set<() => void>()
  const votes = new Map<number, VoteState>()
  let owner = session.token()

  function change(questionId: number, state: VoteState): void {
    votes.set(questionId, state)
    for (const listener of listeners) listener()
  }

  const read = (questionId: number) => votes.get(questionId) ?? noVote

  /** One request at a time for each question, so that the last click is the last to arrive. */
  async function send(questionId: number): Promise<void> {
    const { wanted, confirmed, sending } = read(questionId)
    if (sending || wanted === confirmed) return
    change(questionId, { ...read(questionId), sending: true })
    const token = session.token()
    const result = await request<VoteResult>(`/api/questions/${questionId}/vote`, {
      method: 'POST',
      body: { value: wanted },
      token,
    })
    if (owner !== token) return
    if (!result.ok) {
      // The session is over: signing out empties the book, and what is said about it comes after.
      if (result.problem.status === 401) session.signOut()
      change(questionId, afterRefused(read(questionId), result.problem.detail))
      return
    }
    const { value, score } = result.value
    change(questionId, afterCounted(read(questionId), { sent: wanted, value, score, at: Date.now() }))
    await send(questionId)
  }

  session.subscribe(() => {
    if (owner === session.token()) return
    owner = session.token()
    votes.clear()
    for (const listener of listeners) listener()
  })

  return {
    read,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async load(contestId) {
      const token = session.token()
      if (token === undefined) return
      const result = await request<List<OwnVote>>(`/api/me/votes?contest=${contestId}`, { token })
      // Without the arrows a voter can still read and vote, and the vote's answer sets them right.
      if (!result.ok || owner !== token) return
      for (const { questionId, value } of result.value.data) {
        change(questionId, afterLoaded(read(questionId), value satisfies Vote))
      }
    },
    click(questionId, arrow) {
      change(questionId, afterClick(read(questionId), arrow))
      void send(questionId)
    },
  }
}
