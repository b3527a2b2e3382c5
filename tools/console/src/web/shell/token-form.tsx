import { type FormEvent, useEffect, useRef } from 'react'
import { Mark } from './mark.tsx'
import styles from './token-form.module.css'

interface TokenFormProps {
  /** Whether a token was sent and turned down. */
  rejected: boolean
  /** Why no token will do; empty when one will. */
  why: string
  onToken: (token: string) => void
}

/** Asks for the token that the server wants from callers on other machines. */
export function TokenForm({ rejected, why, onToken }: TokenFormProps) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])

  function submit(event: FormEvent) {
    event.preventDefault()
    const token = field.current?.value.trim()
    if (token) onToken(token)
  }

  return (
    <main className={styles.standby}>
      <title>Token needed · Hotpath</title>
      <Mark />
      <h1>This console needs a token</h1>
      <p id="token-why" className={rejected ? styles.rejected : undefined}>
        {rejected && <strong>That token was not accepted. </strong>}
        {why || (
          <>
            It is the value of <code>HOTPATH_TOKEN</code> where the application runs, or of{' '}
            <code>HOTPATH_VIEW_TOKEN</code> to look only.
          </>
        )}
      </p>
      <form className={styles.form} onSubmit={submit}>
        <label htmlFor="token">Token</label>
        <div className={styles.field}>
          <input
            ref={field}
            id="token"
            className="input"
            type="password"
            autoComplete="off"
            required
            aria-describedby="token-why token-kept"
            aria-invalid={rejected}
          />
          <button type="submit" className="button">
            Open
          </button>
        </div>
        <p id="token-kept" className={styles.small}>
          Kept in this tab only, until you close it.
        </p>
      </form>
    </main>
  )
}
