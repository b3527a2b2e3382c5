import { useState, type FormEvent } from 'react'
import type {
  Answer,
  CandidateSummary,
  City,
  Contest,
  List,
  QuestionWithAnswers,
} from '../../../src/api/shapes.ts'
import { request, type Problem } from '../api/request.ts'
import { useResource } from '../api/use-resource.ts'
import { useClient } from '../client.ts'
import { TextField } from '../parts/text-field.tsx'
import { useUser } from '../session/use-user.ts'
import styles from './answer-form.module.css'

const fallbackMaxLength = 2_000

interface AnswerFormProps {
  question: QuestionWithAnswers
  onAnswered: () => void
}

/** Where a candidate of the contest answers; nothing for everybody else, and nothing once it is answered. */
export function AnswerForm({ question, onAnswered }: AnswerFormProps) {
  const candidateId = useUser()?.candidateId ?? null
  const hasAnswered = question.answers.some(({ candidate }) => candidate.id === candidateId)
  if (candidateId === null || hasAnswered) return null
  return <CandidateForm question={question} candidateId={candidateId} onAnswered={onAnswered} />
}

function CandidateForm({ question, candidateId, onAnswered }: AnswerFormProps & { candidateId: number }) {
  const { session } = useClient()
  const [text, setText] = useState('')
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const candidates = useResource<List<CandidateSummary>>(`/api/contests/${question.contestId}/candidates`)
  const maxLength = useAnswerMaxLength(question.contestId)
  if (!candidates.data?.data.some(({ id }) => id === candidateId)) return null

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (sending || text.trim() === '') return
    setSending(true)
    const result = await request<Answer>(`/api/questions/${question.id}/answers`, {
      method: 'POST',
      body: { text: text.trim() },
      token: session.token(),
    })
    setSending(false)
    setProblem(result.ok ? null : result.problem)
    if (result.ok) onAnswered()
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <TextField
        id="answer"
        label="Your answer"
        hint="Published at once, under your name."
        value={text}
        maxLength={maxLength}
        problem={problem}
        onChange={setText}
      />
      <button type="submit" className="button primary">
        {sending ? 'Sending…' : 'Answer'}
      </button>
    </form>
  )
}

/** The city's limit; until it is known, and the server checks anyway, a usual one. */
function useAnswerMaxLength(contestId: number): number {
  const contest = useResource<Contest>(`/api/contests/${contestId}`)
  const slug = contest.data?.city.slug
  const city = useResource<City>(slug === undefined ? '' : `/api/cities/${slug}`)
  return city.data?.settings.answerMaxLength ?? fallbackMaxLength
}
