import { Link } from 'wouter'
import styles from './breadcrumbs.module.css'

/** The way here, from the city down. */
export function Breadcrumbs({ steps }: { steps: readonly { label: string; href: string }[] }) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className={styles.trail}>
        {steps.map(({ label, href }) => (
          <li key={href}>
            <Link href={href}>{label}</Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}
