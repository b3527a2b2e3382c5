import type { ReactNode } from 'react'
import type { Resource } from '../api/resources.ts'
import { NotFoundPage } from '../pages/not-found-page.tsx'
import { Notice } from './notice.tsx'

interface LoadedProps<T> {
  resource: Resource<T> & { retry: () => void }
  /** Shown until there is an answer. */
  skeleton: ReactNode
  /** Whether a 404 makes the whole page a "not found". */
  isPage?: boolean
  children: (data: T) => ReactNode
}

/** A resource in each of its states: on its way, there, missing, failed. Old data is preferred to a failure. */
export function Loaded<T>({ resource, skeleton, isPage = false, children }: LoadedProps<T>) {
  const { data, problem, retry } = resource
  if (data !== undefined) return <>{children(data)}</>
  if (!problem) return <>{skeleton}</>
  if (isPage && problem.status === 404) return <NotFoundPage detail={problem.detail} />
  return (
    <div role="alert">
      <Notice
        title="This could not be loaded"
        text={problem.detail}
        action={{ label: 'Try again', run: retry }}
      />
    </div>
  )
}
