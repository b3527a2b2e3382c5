import { useState, type FormEvent } from 'react'
import { Link, useLocation } from 'wouter'
import type { City, Contest, Question } from '../../../src/api/shapes.ts'
import { request, type Problem } from '../api/request.ts'
import { useResource } from '../api/use-resource.ts'
import { useClient } from '../client.ts'
import { TextField } from '../parts/text-field.tsx'
import { signInLink } from '../session/sign-in-link.ts'
import { useUser } from '../session/use-user.ts'
import styles from './ask-form.module.css'
import { viewLink, viewResource } from './question-order.ts'

const fallbackMaxLength = 280

/** Where a voter asks a question; for a stranger, the way to become one. */
export function AskForm({ contest }: { contest: Contest }) {
  const user = useUser()
  if (user && user.role !== 'voter') return null
  if (user) return <SignedInForm contest={contest} />
  return (
    <p className={styles.invitation}>
      <Link href={signInLink(`/contests/${contest.id}`)}>Sign in</Link> to ask a question and to vote.
    </p>
  )
}

function SignedInForm({ contest }: { contest: Contest }) {
  const { resources, session } = useClient()
  const [, navigate] = useLocation()
  const [text, setText] = useState('')
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [published, setPublished] = useState(false)
  // It stays open: one that closed on leaving would move what the reader is about to click.
  const [open, setOpen] = useState(false)
  const city = useResource<City>(`/api/cities/${contest.city.slug}`)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (sending || text.trim() === '') return
    setSending(true)
    setPublished(false)
    const result = await request<Question>(`/api/contests/${contest.id}/questions`, {
      method: 'POST',
      body: { text: text.trim() },
      token: session.token(),
    })
    setSending(false)
    setProblem(result.ok ? null : result.problem)
    if (!result.ok) return
    setText('')
    setPublished(true)
    const newest = { order: 'new', page: 1 } as const
    await resources.refresh(viewResource(contest.id, newest))
    navigate(viewLink(contest.id, newest))
  }

  return (
    <form className={styles.form} data-open={open} onSubmit={(event) => void submit(event)}>
      <TextField
        id="question"
        label="Ask the candidates"
        placeholder="One question, to all of them"
        hint="Published at once."
        value={text}
        maxLength={city.data?.settings.questionMaxLength ?? fallbackMaxLength}
        problem={problem}
        onFocus={() => setOpen(true)}
        onChange={setText}
      />
      <div className={styles.send}>
        <button type="submit" className="button primary">
          {sending ? 'Sending…' : 'Ask'}
        </button>
      </div>
      <output className={styles.published}>{published ? 'Your question is published.' : ''}</output>
    </form>
  )
}
