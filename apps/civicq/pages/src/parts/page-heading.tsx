import { useEffect, useRef, type ReactNode } from 'react'
import styles from './page-heading.module.css'

interface PageHeadingProps {
  /** Also the title of the window. */
  title: string
  /** A line above: what kind of thing this is. */
  kicker?: ReactNode
  children?: ReactNode
}

/** A page's name. After a navigation it takes over the focus, so that a screen reader says where one has come to. */
export function PageHeading({ title, kicker, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // Only from the main element, where a navigation left it: never out of the reader's hands.
    if (document.activeElement?.id === 'main') heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={styles.heading}>
      <title>{`${title} · CivicQ`}</title>
      {kicker && <p className={styles.kicker}>{kicker}</p>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}
