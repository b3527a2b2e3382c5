import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useClient } from '../client.ts'
import { signInLink } from '../session/sign-in-link.ts'
import { useUser } from '../session/use-user.ts'
import styles from './shell.module.css'
import { useArrival } from './use-arrival.ts'

/** What stands around every page: the way home, who is signed in, and the landmarks. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  const main = useArrival(path)
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link href="/" className={styles.brand}>
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path
                className={styles.bubble}
                d="M4 8a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-8l-6 5v-5H8a4 4 0 0 1-4-4Z"
              />
              <path className={styles.tick} d="m10.5 14.2 3.7 3.8 7.3-8" />
            </svg>
            CivicQ
          </Link>
          <Account path={path} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <footer className={styles.footer}>
        <p>CivicQ is a demonstration: its cities, ballots and people are made up.</p>
      </footer>
    </>
  )
}

function Account({ path }: { path: string }) {
  const user = useUser()
  const { session } = useClient()
  if (!user) {
    return path === '/sign-in' ? null : (
      <Link href={signInLink(path)} className={styles.account}>
        Sign in
      </Link>
    )
  }
  return (
    <p className={styles.user}>
      <span className={styles.name}>{user.name}</span>
      <button type="button" className={styles.account} onClick={session.signOut}>
        Sign out
      </button>
    </p>
  )
}
