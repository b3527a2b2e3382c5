import type { BallotSummary, City, List } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Breadcrumbs } from '../parts/breadcrumbs.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Notice } from '../parts/notice.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageLink } from '../parts/page-link.tsx'
import { PageSkeleton, RowsSkeleton } from '../parts/page-skeleton.tsx'
import { count, formatDate } from '../parts/wording.ts'
import styles from '../parts/lists.module.css'

const kinds: Record<BallotSummary['kind'], string> = {
  general: 'General election',
  primary: 'Primary',
  special: 'Special election',
}

/** A city and its ballots. */
export function CityPage({ slug }: { slug: string }) {
  const city = useResource<City>(`/api/cities/${encodeURIComponent(slug)}`)
  const ballots = useResource<List<BallotSummary>>(`/api/cities/${encodeURIComponent(slug)}/ballots`)
  return (
    <Loaded resource={city} skeleton={<PageSkeleton />} isPage>
      {({ name, state, population, settings }) => (
        <>
          <Breadcrumbs steps={[{ label: 'All cities', href: '/' }]} />
          <PageHeading title={`${name}, ${state}`}>
            <p className={styles.facts}>
              {population.toLocaleString('en-US')} people · Election office:{' '}
              <a href={`mailto:${settings.contactEmail}`}>{settings.contactEmail}</a>
            </p>
          </PageHeading>
          <section aria-labelledby="ballots-title">
            <h2 id="ballots-title">Ballots</h2>
            <Loaded resource={ballots} skeleton={<RowsSkeleton rows={3} />}>
              {({ data }) => <BallotList ballots={data} />}
            </Loaded>
          </section>
        </>
      )}
    </Loaded>
  )
}

function BallotList({ ballots }: { ballots: BallotSummary[] }) {
  if (ballots.length === 0) {
    return <Notice title="No ballot yet" text="The city has not announced an election." />
  }
  return (
    <ul className={styles.rows}>
      {ballots.map(({ id, title, kind, electionDate, contestCount }) => (
        <li key={id}>
          <PageLink href={`/ballots/${id}`} needs={[`/api/ballots/${id}`]} className={styles.row}>
            <span className={styles.name}>{title}</span>
            <span className={styles.facts}>
              {kinds[kind]} · <time dateTime={electionDate}>{formatDate(electionDate)}</time> ·{' '}
              {count(contestCount, 'contest')}
            </span>
          </PageLink>
        </li>
      ))}
    </ul>
  )
}
