import type { ReactNode } from 'react'
import styles from './notice.module.css'
import { StandingIcon, type Tone } from './standing-icon.tsx'

interface NoticeProps {
  tone: Tone
  /** The state in a word or two. */
  word: string
  /** What is to be known, in a sentence. */
  sentence: ReactNode
  /** What it rests on. */
  children?: ReactNode
}

/** What a screen says first: a state in shape, word and colour, a sentence, and what it rests on. */
export function Notice({ tone, word, sentence, children }: NoticeProps) {
  return (
    <div className={styles.notice} data-tone={tone}>
      <p className={styles.word}>
        <StandingIcon tone={tone} />
        {word}
      </p>
      <p className={styles.sentence}>{sentence}</p>
      {children !== undefined && <div className={styles.evidence}>{children}</div>}
    </div>
  )
}
