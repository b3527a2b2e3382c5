import styles from './skeleton.module.css'

/** The outline of a page that is on its way: a heading and some rows. */
export function PageSkeleton() {
  return (
    <div className={styles.skeleton} aria-busy="true">
      <p className="visually-hidden">Loading…</p>
      <span className={styles.kicker} />
      <span className={styles.title} />
      <RowsSkeleton rows={4} />
    </div>
  )
}

/** The outline of a list that is on its way. */
export function RowsSkeleton({ rows }: { rows: number }) {
  return (
    <div className={styles.skeleton} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className={styles.row} />
      ))}
    </div>
  )
}
