import { Link } from 'wouter'
import type { Answer, Contest, QuestionWithAnswers } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Ago } from '../parts/ago.tsx'
import { Breadcrumbs } from '../parts/breadcrumbs.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Notice } from '../parts/notice.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { Portrait } from '../parts/portrait.tsx'
import { count } from '../parts/wording.ts'
import { AnswerForm } from '../question/answer-form.tsx'
import { useOwnVotes } from '../votes/use-own-votes.ts'
import { VoteArrows } from '../votes/vote-arrows.tsx'
import styles from './question-page.module.css'

/** One question and what the candidates answer. */
export function QuestionPage({ id }: { id: string }) {
  const path = `/api/questions/${encodeURIComponent(id)}`
  const question = useResource<QuestionWithAnswers>(path)
  return (
    <Loaded resource={question} skeleton={<PageSkeleton />} isPage>
      {(data) => (
        <>
          <ContestTrail contestId={data.contestId} />
          <article className={styles.question}>
            <VoteArrows question={data} askedAt={question.askedAt} />
            <PageHeading title={data.text} kicker={data.topic}>
              <p className={styles.facts}>
                Asked by {data.author}, <Ago instant={data.createdAt} />
              </p>
            </PageHeading>
          </article>
          <section aria-labelledby="answers-title">
            <h2 id="answers-title">
              {data.answers.length === 0 ? 'Answers' : count(data.answers.length, 'answer')}
            </h2>
            <AnswerForm question={data} onAnswered={question.retry} />
            <AnswerList answers={data.answers} />
          </section>
        </>
      )}
    </Loaded>
  )
}

function ContestTrail({ contestId }: { contestId: number }) {
  const { data } = useResource<Contest>(`/api/contests/${contestId}`)
  useOwnVotes(contestId)
  const contest = { label: data?.title ?? 'The contest', href: `/contests/${contestId}` }
  return (
    <Breadcrumbs
      steps={data ? [{ label: data.city.name, href: `/${data.city.slug}` }, contest] : [contest]}
    />
  )
}

function AnswerList({ answers }: { answers: Answer[] }) {
  if (answers.length === 0) {
    return <Notice title="No answer yet" text="Votes bring a question to the candidates' attention." />
  }
  return (
    <ol className={styles.answers}>
      {answers.map(({ id, text, createdAt, candidate }) => (
        <li key={id} className={styles.answer}>
          <Portrait name={candidate.name} photo={candidate.photo} size="small" />
          <div>
            <p className={styles.who}>
              <Link href={`/candidates/${candidate.id}`}>{candidate.name}</Link>
              <span className={styles.facts}>
                {candidate.affiliation} · <Ago instant={createdAt} />
              </span>
            </p>
            <p className={styles.text}>{text}</p>
          </div>
        </li>
      ))}
    </ol>
  )
}
