import type { ReactNode } from 'react'
import type { Resource } from '../api/resources.ts'
import { NotFound } from './not-found.tsx'
import { Notice } from './notice.tsx'
import { PageHeading } from './page-heading.tsx'

interface LoadedProps<T> {
  resource: Resource<T> & { retry: () => void }
  /** Shown until there is an answer. */
  skeleton: ReactNode
  /** Whether the page stands or falls with it: then a failure is the page. */
  isPage?: boolean
  children: (data: T) => ReactNode
}

/** A resource in each of its states: on its way, there, missing, failed. Old data is preferred to a failure. */
export function Loaded<T>({ resource, skeleton, isPage = false, children }: LoadedProps<T>) {
  const { data, problem, retry } = resource
  if (data !== undefined) return <>{children(data)}</>
  if (!problem) return <>{skeleton}</>
  if (isPage && problem.status === 404) return <NotFound detail={problem.detail} />
  const action = { label: 'Try again', run: retry }
  return (
    <div role="alert">
      {isPage && <PageHeading title="This page could not be loaded" />}
      <Notice
        title={isPage ? 'What happened' : 'This could not be loaded'}
        text={problem.detail}
        action={action}
      />
    </div>
  )
}
