import { useState, type FormEvent } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { Login } from '../../../src/api/shapes.ts'
import { request, type Problem } from '../api/request.ts'
import { useClient } from '../client.ts'
import { PageHeading } from '../parts/page-heading.tsx'
import { pathAfterSignIn } from '../session/sign-in-link.ts'
import styles from './sign-in-page.module.css'

/** Where a voter, or a candidate, signs in; afterwards it goes on where they came from. */
export function SignInPage() {
  const { session } = useClient()
  const [, navigate] = useLocation()
  const [search] = useSearchParams()
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (sending) return
    const fields = new FormData(event.currentTarget)
    setSending(true)
    setProblem(null)
    const result = await request<Login>('/api/auth/login', {
      method: 'POST',
      body: { email: fields.get('email'), password: fields.get('password') },
    })
    setSending(false)
    if (!result.ok) return setProblem(result.problem)
    session.signIn(result.value)
    navigate(pathAfterSignIn(search.get('next')), { replace: true })
  }

  return (
    <div className={styles.page}>
      <PageHeading title="Sign in">
        <p className={styles.lead}>To ask questions and to vote. Reading needs no account.</p>
      </PageHeading>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <label htmlFor="email">Email</label>
        <input id="email" name="email" type="email" autoComplete="username" required />
        <label htmlFor="password">Password</label>
        <input id="password" name="password" type="password" autoComplete="current-password" required />
        <p role="alert" className={styles.problem}>
          {problem?.detail}
        </p>
        <button type="submit" className="button primary">
          {sending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p className={styles.demo}>
        This is a demonstration: <code>voter-1@civicq.example</code> votes and asks,{' '}
        <code>candidate-1@civicq.example</code> answers. The password of both is <code>civicq-demo</code>.
      </p>
    </div>
  )
}
