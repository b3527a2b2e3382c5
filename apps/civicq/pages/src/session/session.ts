import type { Login, User } from '../../../src/api/shapes.ts'

/** Who is signed in. */
export interface Session {
  /** The session, or null when nobody is signed in or the time is up. */
  current(): Login | null
  user(): User | null
  token(): string | undefined
  /** Calls `listener` when somebody signs in or out, in this tab or another; the answer unsubscribes. */
  subscribe(listener: () => void): () => void
  signIn(login: Login): void
  signOut(): void
}

const key = 'civicq-session'

/**
 * A session kept in localStorage: a voter who comes back next week, or opens a second tab, is still signed in, and
 * signing out in one tab signs out all of them. sessionStorage would be no safer from injected script, which the
 * pages' content security policy keeps out, and a token that is sent by hand cannot be abused by other sites, as a
 * cookie could.
 */
export function createSession(): Session {
  const listeners = new Set<() => void>()
  let login = read()

  function change(next: Login | null): void {
    login = next
    try {
      if (next) localStorage.setItem(key, JSON.stringify(next))
      else localStorage.removeItem(key)
    } catch {
      // Storage is forbidden: signed in until the page is closed.
    }
    for (const listener of listeners) listener()
  }

  addEventListener('storage', (event) => {
    if (event.key !== key && event.key !== null) return
    login = read()
    for (const listener of listeners) listener()
  })

  const current = () => (login && Date.parse(login.expiresAt) > Date.now() ? login : null)
  return {
    current,
    user: () => current()?.user ?? null,
    token: () => current()?.token,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signIn: change,
    signOut: () => change(null),
  }
}

function read(): Login | null {
  try {
    const login = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Login> | null
    return login?.token && login.user && login.expiresAt ? (login as Login) : null
  } catch {
    return null
  }
}
