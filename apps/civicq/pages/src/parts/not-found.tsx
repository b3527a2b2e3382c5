import { Link } from 'wouter'
import { PageHeading } from './page-heading.tsx'
import styles from './lists.module.css'

/** For an address that leads nowhere. */
export function NotFound({ detail = 'There is nothing at this address.' }: { detail?: string }) {
  return (
    <PageHeading title="Not found" kicker="404">
      <p className={styles.lead}>{detail}</p>
      <p>
        <Link href="/" className="button">
          All cities
        </Link>
      </p>
    </PageHeading>
  )
}
