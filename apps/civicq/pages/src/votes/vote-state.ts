/** Up, none, down. */
export type Vote = 1 | 0 | -1

/** One voter's vote on one question, between a click and the server's answer. */
export interface VoteState {
  /** What the server has. */
  confirmed: Vote
  /** What the voter wants, and sees. */
  wanted: Vote
  sending: boolean
  /** The score that the server last told us with a vote, and when, milliseconds since 1970. */
  told: { score: number; at: number } | null
  /** Why the last vote did not count; empty otherwise. */
  problem: string
}

/** Before anything is known: no vote. */
export const noVote: VoteState = { confirmed: 0, wanted: 0, sending: false, told: null, problem: '' }

/** The arrow that was clicked, taken back when it stood already. */
export function afterClick(state: VoteState, arrow: 1 | -1): VoteState {
  return { ...state, wanted: state.wanted === arrow ? 0 : arrow, problem: '' }
}

/** The server counted the vote that was `sent`. What the voter wanted since then stays wanted. */
export function afterCounted(
  state: VoteState,
  { sent, value, score, at }: { sent: Vote; value: Vote; score: number; at: number },
): VoteState {
  const wanted = state.wanted === sent ? value : state.wanted
  return { ...state, confirmed: value, wanted, sending: false, told: { score, at } }
}

/** The server refused the vote: back to what it has. */
export function afterRefused(state: VoteState, problem: string): VoteState {
  return { ...state, wanted: state.confirmed, sending: false, problem }
}

/** The server told what it has. A click that it does not know of yet wins. */
export function afterLoaded(state: VoteState, value: Vote): VoteState {
  if (state.sending || state.wanted !== state.confirmed) return state
  return { ...state, confirmed: value, wanted: value }
}

/** The score to show: the newest the server told, moved by what the voter wants and the server does not have yet. */
export function shownScore(state: VoteState, listed: { score: number; askedAt: number }): number {
  const base = state.told && state.told.at > listed.askedAt ? state.told.score : listed.score
  return base + state.wanted - state.confirmed
}
