import { useSyncExternalStore } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useClient } from '../client.ts'
import { signInLink } from '../session/sign-in-link.ts'
import { useUser } from '../session/use-user.ts'
import { shownScore } from './vote-state.ts'
import styles from './vote-arrows.module.css'

interface VoteArrowsProps {
  question: { id: number; text: string; score: number }
  /** When the question was asked for, milliseconds since 1970. */
  askedAt: number
}

/**
 * Up, the score, down; voters vote, candidates and administrators look on. A click counts at once; should the server refuse, it is taken back and the
 * reason shown.
 */
export function VoteArrows({ question, askedAt }: VoteArrowsProps) {
  const { votes } = useClient()
  const user = useUser()
  const [path, navigate] = useLocation()
  const search = useSearch()
  const state = useSyncExternalStore(votes.subscribe, () => votes.read(question.id))

  function click(arrow: 1 | -1) {
    if (user) votes.click(question.id, arrow)
    else navigate(signInLink(search ? `${path}?${search}` : path))
  }

  const score = shownScore(state, { score: question.score, askedAt })
  const hint = user ? '' : ' (sign in first)'
  const mayVote = !user || user.role === 'voter'
  return (
    <>
      <div className={styles.vote}>
        <button
          type="button"
          disabled={!mayVote}
          aria-pressed={state.wanted === 1}
          aria-label={`Vote up${hint}: ${question.text}`}
          onClick={() => click(1)}
        >
          <Arrow />
        </button>
        <p className={styles.score}>
          <span className="visually-hidden">Score: </span>
          {score.toLocaleString('en-US')}
        </p>
        <button
          type="button"
          className={styles.down}
          disabled={!mayVote}
          aria-pressed={state.wanted === -1}
          aria-label={`Vote down${hint}: ${question.text}`}
          onClick={() => click(-1)}
        >
          <Arrow />
        </button>
      </div>
      {state.problem && (
        <p role="alert" className={styles.problem}>
          {state.problem}
        </p>
      )}
    </>
  )
}

function Arrow() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 3.5 17 12h-4.2v4.5H7.2V12H3Z" />
    </svg>
  )
}
