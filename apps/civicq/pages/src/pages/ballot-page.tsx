import type { Ballot, ContestSummary } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { contestNeeds } from '../contest/question-order.ts'
import { Breadcrumbs } from '../parts/breadcrumbs.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Notice } from '../parts/notice.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageLink } from '../parts/page-link.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { count, formatDate } from '../parts/wording.ts'
import styles from '../parts/lists.module.css'

/** A ballot and what is decided on it. */
export function BallotPage({ id }: { id: string }) {
  const ballot = useResource<Ballot>(`/api/ballots/${encodeURIComponent(id)}`)
  return (
    <Loaded resource={ballot} skeleton={<PageSkeleton />} isPage>
      {({ title, electionDate, description, city, contests }) => (
        <>
          <Breadcrumbs
            steps={[
              { label: 'All cities', href: '/' },
              { label: city.name, href: `/${city.slug}` },
            ]}
          />
          <PageHeading
            title={title}
            kicker={<time dateTime={electionDate}>Election on {formatDate(electionDate)}</time>}
          >
            <p className={styles.lead}>{description}</p>
          </PageHeading>
          <section aria-labelledby="contests-title">
            <h2 id="contests-title">Contests</h2>
            <ContestList contests={contests} />
          </section>
        </>
      )}
    </Loaded>
  )
}

function ContestList({ contests }: { contests: ContestSummary[] }) {
  if (contests.length === 0) {
    return <Notice title="No contest yet" text="The contests of this ballot have not been announced." />
  }
  return (
    <ul className={styles.rows}>
      {contests.map((contest) => (
        <li key={contest.id}>
          <PageLink href={`/contests/${contest.id}`} needs={contestNeeds(contest.id)} className={styles.row}>
            <span className={styles.name}>{contest.title}</span>
            <span className={styles.facts}>{contestFacts(contest)}</span>
          </PageLink>
        </li>
      ))}
    </ul>
  )
}

function contestFacts({ office, district, seats, candidateCount }: ContestSummary): string {
  const where = district ?? 'City-wide'
  if (office === 'measure') return `${where} · Yes or no`
  return `${where} · ${count(candidateCount, 'candidate')} for ${count(seats, 'seat')}`
}
