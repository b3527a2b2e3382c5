import styles from './data-table.module.css'

/** A column's header: sorts by it. */
export function SortButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={styles.sort} onClick={onClick}>
      {label}
      <svg className={styles.arrow} viewBox="0 0 8 8" aria-hidden="true">
        <path d="M4 6.5 1 2h6Z" />
      </svg>
    </button>
  )
}
