import { Link } from 'wouter'
import type { Pagination } from '../../../src/api/shapes.ts'
import styles from './pager.module.css'

interface PagerProps {
  pagination: Pagination
  linkTo: (page: number) => string
}

/** To the page before and the page after. Nothing where everything is on one page. */
export function Pager({ pagination, linkTo }: PagerProps) {
  const { page, totalPages, hasPrev, hasNext } = pagination
  if (totalPages <= 1) return null
  return (
    <nav aria-label="Pages of questions" className={styles.pager}>
      <Step label="Previous" href={hasPrev ? linkTo(page - 1) : null} />
      <span>
        Page {page} of {totalPages}
      </span>
      <Step label="Next" href={hasNext ? linkTo(page + 1) : null} />
    </nav>
  )
}

function Step({ label, href }: { label: string; href: string | null }) {
  if (href === null) return <span className={styles.end}>{label}</span>
  return (
    <Link href={href} className="button" onClick={backToQuestions}>
      {label}
    </Link>
  )
}

/** The link goes with its page: the reader's place is the head of the list, for the eye and for the keyboard. */
function backToQuestions(): void {
  document.querySelector<HTMLElement>('#questions-title')?.focus()
}
