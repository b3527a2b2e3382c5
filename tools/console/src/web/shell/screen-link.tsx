import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useAddress } from './use-range.ts'

interface ScreenLinkProps {
  /** A path below `/_hotpath`, with its parameters. */
  to: string
  className?: string | undefined
  /** Whether it is the screen that is shown. */
  current?: boolean
  children: ReactNode
}

/** A link to another screen; the time range goes along. */
export function ScreenLink({ to, className, current = false, children }: ScreenLinkProps) {
  const address = useAddress()
  return (
    <Link href={address(to)} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </Link>
  )
}

/** Where a route is shown in detail. */
export function routeAddress(pattern: string): string {
  return `/route?pattern=${encodeURIComponent(pattern)}`
}
