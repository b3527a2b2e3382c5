import type { CandidateSummary, List } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Loaded } from '../parts/loaded.tsx'
import { PageLink } from '../parts/page-link.tsx'
import { Portrait } from '../parts/portrait.tsx'
import { count } from '../parts/wording.ts'
import styles from './candidate-strip.module.css'

interface CandidateStripProps {
  contestId: number
  /** A measure has sides instead of candidates. */
  isMeasure: boolean
}

/** Who stands: a strip to swipe on a phone, a column beside the questions where there is room. */
export function CandidateStrip({ contestId, isMeasure }: CandidateStripProps) {
  const candidates = useResource<List<CandidateSummary>>(`/api/contests/${contestId}/candidates`)
  return (
    <section className={styles.section} aria-labelledby="candidates-title">
      <h2 id="candidates-title">{isMeasure ? 'Sides' : 'Candidates'}</h2>
      <Loaded resource={candidates} skeleton={<StripSkeleton />}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={styles.none}>Nobody has entered this contest yet.</p>
          ) : (
            <ul className={styles.strip}>
              {data.map((candidate) => (
                <li key={candidate.id}>
                  <CandidateCard candidate={candidate} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

function CandidateCard({ candidate }: { candidate: CandidateSummary }) {
  const { id, name, affiliation, occupation, photo, answerCount } = candidate
  return (
    <PageLink href={`/candidates/${id}`} needs={[`/api/candidates/${id}`]} className={styles.card}>
      <Portrait name={name} photo={photo} size="medium" />
      <span className={styles.text}>
        <span className={styles.name}>{name}</span>
        <span className={styles.facts}>{affiliation}</span>
        <span className={styles.facts}>{occupation}</span>
        <span className={styles.answers}>{count(answerCount, 'answer')}</span>
      </span>
    </PageLink>
  )
}

function StripSkeleton() {
  return (
    <div className={styles.strip} aria-hidden="true">
      {['first', 'second', 'third'].map((place) => (
        <span key={place} className={`${styles.card} ${styles.waiting}`} />
      ))}
    </div>
  )
}
