import { Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { pageAddresses } from './page-addresses.ts'
import { pages } from './pages.ts'
import { ErrorBoundary } from './parts/error-boundary.tsx'
import { NotFound } from './parts/not-found.tsx'
import { PageSkeleton } from './parts/page-skeleton.tsx'
import { Shell } from './parts/shell.tsx'

/** Every address of CivicQ and its page. */
export function App() {
  const [path] = useLocation()
  return (
    <Shell>
      {/* A page that broke does not break the next one. */}
      <ErrorBoundary key={path}>
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path={pageAddresses.cities}>
              <pages.cities />
            </Route>
            <Route path={pageAddresses.signIn}>
              <pages.signIn />
            </Route>
            <Route path={pageAddresses.ballot}>{({ id }) => <pages.ballot key={id} id={id} />}</Route>
            <Route path={pageAddresses.contest}>{({ id }) => <pages.contest key={id} id={id} />}</Route>
            <Route path={pageAddresses.question}>{({ id }) => <pages.question key={id} id={id} />}</Route>
            <Route path={pageAddresses.candidate}>{({ id }) => <pages.candidate key={id} id={id} />}</Route>
            <Route path={pageAddresses.city}>{({ city }) => <pages.city key={city} slug={city} />}</Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Shell>
  )
}
