import { Link } from 'wouter'
import type { Candidate } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Breadcrumbs } from '../parts/breadcrumbs.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { Portrait } from '../parts/portrait.tsx'
import { count } from '../parts/wording.ts'
import styles from './candidate-page.module.css'

/** One candidate, in their own words. */
export function CandidatePage({ id }: { id: string }) {
  const candidate = useResource<Candidate>(`/api/candidates/${encodeURIComponent(id)}`)
  return (
    <Loaded resource={candidate} skeleton={<PageSkeleton />} isPage>
      {({ name, affiliation, occupation, photo, statement, answerCount, contest, city }) => (
        <>
          <Breadcrumbs
            steps={[
              { label: city.name, href: `/${city.slug}` },
              { label: contest.title, href: `/contests/${contest.id}` },
            ]}
          />
          <article className={styles.candidate}>
            <Portrait name={name} photo={photo} size="large" />
            <div>
              <PageHeading title={name} kicker={affiliation}>
                <p className={styles.facts}>
                  {occupation} · {count(answerCount, 'answer')}
                </p>
              </PageHeading>
              <p className={styles.statement}>{statement}</p>
              <Link href={`/contests/${contest.id}`} className="button">
                Questions in this contest
              </Link>
            </div>
          </article>
        </>
      )}
    </Loaded>
  )
}
