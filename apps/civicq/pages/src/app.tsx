import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { ErrorBoundary } from './parts/error-boundary.tsx'
import { PageSkeleton } from './parts/page-skeleton.tsx'
import { Shell } from './parts/shell.tsx'

const CitiesPage = lazy(() => import('./pages/cities-page.tsx').then((m) => ({ default: m.CitiesPage })))
const CityPage = lazy(() => import('./pages/city-page.tsx').then((m) => ({ default: m.CityPage })))
const BallotPage = lazy(() => import('./pages/ballot-page.tsx').then((m) => ({ default: m.BallotPage })))
const ContestPage = lazy(() => import('./pages/contest-page.tsx').then((m) => ({ default: m.ContestPage })))
const QuestionPage = lazy(() =>
  import('./pages/question-page.tsx').then((m) => ({ default: m.QuestionPage })),
)
const CandidatePage = lazy(() =>
  import('./pages/candidate-page.tsx').then((m) => ({ default: m.CandidatePage })),
)
const SignInPage = lazy(() => import('./pages/sign-in-page.tsx').then((m) => ({ default: m.SignInPage })))
const NotFoundPage = lazy(() =>
  import('./pages/not-found-page.tsx').then((m) => ({ default: m.NotFoundPage })),
)

/** Every address of CivicQ and its page; each page is a file of its own, fetched when it is needed. */
export function App() {
  return (
    <Shell>
      <ErrorBoundary>
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path="/">
              <CitiesPage />
            </Route>
            <Route path="/sign-in">
              <SignInPage />
            </Route>
            <Route path="/ballots/:id">{({ id }) => <BallotPage key={id} id={id} />}</Route>
            <Route path="/contests/:id">{({ id }) => <ContestPage key={id} id={id} />}</Route>
            <Route path="/questions/:id">{({ id }) => <QuestionPage key={id} id={id} />}</Route>
            <Route path="/candidates/:id">{({ id }) => <CandidatePage key={id} id={id} />}</Route>
            <Route path="/:city">{({ city }) => <CityPage key={city} slug={city} />}</Route>
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Shell>
  )
}
