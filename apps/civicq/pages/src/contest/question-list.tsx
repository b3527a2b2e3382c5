import type { Question } from '../../../src/api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { Notice } from '../parts/notice.tsx'
import { PageLink } from '../parts/page-link.tsx'
import { count } from '../parts/wording.ts'
import { VoteArrows } from '../votes/vote-arrows.tsx'
import styles from './question-list.module.css'

interface QuestionListProps {
  questions: Question[]
  /** When the list was asked for, milliseconds since 1970. */
  askedAt: number
}

/** Questions with their arrows, in the order given. */
export function QuestionList({ questions, askedAt }: QuestionListProps) {
  if (questions.length === 0) {
    return <Notice title="No question here yet" text="Be the first to ask the candidates something." />
  }
  return (
    <ol className={styles.list}>
      {questions.map((question) => (
        <li key={question.id} className={styles.question}>
          <VoteArrows question={question} askedAt={askedAt} />
          <div className={styles.body}>
            <PageLink
              href={`/questions/${question.id}`}
              needs={[`/api/questions/${question.id}`]}
              className={styles.text}
            >
              {question.text}
            </PageLink>
            <p className={styles.facts}>
              <span className={styles.topic}>{question.topic}</span>
              <span>
                {question.author}, <Ago instant={question.createdAt} />
              </span>
              <span data-answered={question.answerCount > 0} className={styles.answers}>
                {question.answerCount === 0 ? 'No answer yet' : count(question.answerCount, 'answer')}
              </span>
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
