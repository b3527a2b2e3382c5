import type { Overview } from '@hotpath/core'
import { Breakable } from '../../parts/breakable.tsx'
import { ClockTime } from '../../parts/clock-time.tsx'
import { standings, StandingIcon } from '../../parts/standing-icon.tsx'
import { sentenceOf, verdictWords } from '../../parts/standing.ts'
import styles from './verdict.module.css'

interface VerdictProps {
  verdict: Overview['verdict']
  /** When it was said, milliseconds since 1970; null while it is being renewed every second. */
  asOf: number | null
}

/** The answer to "is it all right?", large. */
export function Verdict({ verdict, asOf }: VerdictProps) {
  const sentence = sentenceOf(verdict)
  return (
    <section className={styles.verdict} aria-label="Verdict" data-tone={standings[verdict.state]}>
      <p className={styles.state}>
        <StandingIcon tone={standings[verdict.state]} />
        {verdictWords[verdict.state]}
        {asOf !== null && (
          <span className={styles.asOf}>
            as of <ClockTime at={asOf} />
          </span>
        )}
      </p>
      <p className={styles.sentence} data-long={sentence.length > 90}>
        <Breakable text={sentence} />
      </p>
      {verdict.state === 'quiet' && (
        <p className={styles.hint}>
          <a href="/">Open the application</a>: what you do there appears here within a second.
        </p>
      )}
    </section>
  )
}
