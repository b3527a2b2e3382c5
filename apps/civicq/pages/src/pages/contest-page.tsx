import type { Contest } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { CandidateStrip } from '../contest/candidate-strip.tsx'
import { QuestionBoard } from '../contest/question-board.tsx'
import { Breadcrumbs } from '../parts/breadcrumbs.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { count, formatDate } from '../parts/wording.ts'
import styles from './contest-page.module.css'

/** A contest: who stands, and what voters ask them. */
export function ContestPage({ id }: { id: string }) {
  const contest = useResource<Contest>(`/api/contests/${encodeURIComponent(id)}`)
  return (
    <Loaded resource={contest} skeleton={<PageSkeleton />} isPage>
      {(data) => (
        <>
          <Breadcrumbs
            steps={[
              { label: data.city.name, href: `/${data.city.slug}` },
              { label: data.ballot.title, href: `/ballots/${data.ballot.id}` },
            ]}
          />
          <PageHeading title={data.title} kicker={contestKicker(data)}>
            <p className={styles.lead}>{data.description}</p>
          </PageHeading>
          <div className={styles.columns}>
            <CandidateStrip contestId={data.id} isMeasure={data.office === 'measure'} />
            <QuestionBoard contest={data} />
          </div>
        </>
      )}
    </Loaded>
  )
}

function contestKicker({ district, seats, office, ballot }: Contest): string {
  const election = `Election on ${formatDate(ballot.electionDate)}`
  const where = district ?? 'City-wide'
  return office === 'measure' ? `${where} · ${election}` : `${where} · ${count(seats, 'seat')} · ${election}`
}
