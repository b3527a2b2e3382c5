import { Link, useSearchParams } from 'wouter'
import type { City, Contest, List, Page, Question } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Loaded } from '../parts/loaded.tsx'
import { RowsSkeleton } from '../parts/page-skeleton.tsx'
import { useOwnVotes } from '../votes/use-own-votes.ts'
import { AskForm } from './ask-form.tsx'
import { Pager } from './pager.tsx'
import styles from './question-board.module.css'
import { QuestionList } from './question-list.tsx'
import { viewFromSearch, viewLink, viewResource, type QuestionOrder } from './question-order.ts'

const orders: readonly { order: QuestionOrder; label: string }[] = [
  { order: 'top', label: 'Top' },
  { order: 'new', label: 'New' },
  { order: 'trending', label: 'Trending' },
]

/** What voters ask in a contest. The chosen order and page are in the address: a reload and a link keep them. */
export function QuestionBoard({ contest }: { contest: Contest }) {
  const [search] = useSearchParams()
  const view = viewFromSearch(search)
  const questions = useResource<Page<Question> | List<Question>>(viewResource(contest.id, view))
  useOwnVotes(contest.id)
  return (
    <section className={styles.board} aria-labelledby="questions-title">
      <div className={styles.head}>
        <h2 id="questions-title" tabIndex={-1}>
          Questions
        </h2>
        <nav aria-label="Order of the questions" className={styles.tabs}>
          {orders.map(({ order, label }) => (
            <Link
              key={order}
              href={viewLink(contest.id, { order, page: 1 })}
              aria-current={view.order === order ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      </div>
      <AskForm contest={contest} />
      <CityNotice slug={contest.city.slug} />
      <Loaded resource={questions} skeleton={<RowsSkeleton rows={5} />}>
        {(answer) => (
          <>
            <QuestionList questions={answer.data} askedAt={questions.askedAt} />
            {'pagination' in answer && (
              <Pager
                pagination={answer.pagination}
                linkTo={(page) => viewLink(contest.id, { order: view.order, page })}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

/** What the city wants said above its questions; its place is kept while it is on its way. */
function CityNotice({ slug }: { slug: string }) {
  const { data } = useResource<City>(`/api/cities/${slug}`)
  return <p className={styles.notice}>{data?.settings.notice}</p>
}
