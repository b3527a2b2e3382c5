import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useClient } from '../client.ts'

interface PageLinkProps {
  href: string
  /** What the page behind the link asks the API for. */
  needs: readonly string[]
  className?: string | undefined
  children: ReactNode
}

/** Answers younger than this are not asked for again. */
const freshForMs = 5_000

/** A link that begins to fetch what it leads to as soon as somebody points at it, touches it or comes to it by key. */
export function PageLink({ href, needs, className = '', children }: PageLinkProps) {
  const { resources } = useClient()
  const prefetch = () => {
    for (const path of needs) void resources.refresh(path, freshForMs)
  }
  return (
    <Link
      href={href}
      className={className}
      onPointerEnter={prefetch}
      onPointerDown={prefetch}
      onFocus={prefetch}
    >
      {children}
    </Link>
  )
}
