import styles from './notice.module.css'

interface NoticeProps {
  title: string
  text: string
  action?: { label: string; run: () => void }
}

/** Says that there is nothing here, or what went wrong, and what can be done. */
export function Notice({ title, text, action }: NoticeProps) {
  return (
    <div className={styles.notice}>
      <p className={styles.title}>{title}</p>
      <p>{text}</p>
      {action && (
        <button type="button" className="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  )
}
