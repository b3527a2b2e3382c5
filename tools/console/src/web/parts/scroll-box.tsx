import type { ReactNode } from 'react'

interface ScrollBoxProps {
  label: string
  className?: string | undefined
  children: ReactNode
}

/** An area that scrolls by itself, and so must be reached with the keyboard. */
export function ScrollBox({ label, className, children }: ScrollBoxProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
