import type { ReactNode } from 'react'
import styles from './screen.module.css'

interface ScreenProps {
  title: ReactNode
  /** What it shows, in a sentence. */
  lead?: ReactNode
  /** Controls of the whole screen. */
  actions?: ReactNode
  children: ReactNode
}

/** The frame of a screen: its heading, and its sections below each other. */
export function Screen({ title, lead, actions, children }: ScreenProps) {
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <div className={styles.titles}>
          <h1 className={styles.title}>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}

interface SectionProps {
  title: string
  /** Beside the title, softer: what the figures cover. */
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** One part of a screen under a heading of its own. */
export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>
          {title} {note !== undefined && <span>{note}</span>}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** A framed area. */
export function Panel({ children }: { children: ReactNode }) {
  return <div className={styles.panel}>{children}</div>
}
