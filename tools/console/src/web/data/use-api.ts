import { type Query, useQuery } from '@tanstack/react-query'
import { retryWait } from './retry-wait.ts'

/** What is known of one path of the server. */
export interface Answer<T> {
  /** The last that was answered; kept while the server is away. */
  data: T | undefined
  /** What was wrong with the last try, in a sentence; null when nothing was. */
  problem: string | null
  /** Milliseconds since 1970; 0 for never. */
  answeredAt: number
  /** Asks at once. */
  retry: () => void
}

export interface AskOptions {
  /** Milliseconds between two questions while the page is visible; null asks once. @default 5_000 */
  every?: number | null
  /** False asks nothing yet. @default true */
  enabled?: boolean
  /** Shows the answer of the path before until this one's is there. @default false */
  keepsPrevious?: boolean
}

/** Follows `path`, a GET that answers JSON. Several users of one path share its answers. */
export function useApi<T>(path: string, options: AskOptions = {}): Answer<T> {
  const { every = 5_000, enabled = true, keepsPrevious = false } = options
  const { data, error, dataUpdatedAt, refetch } = useQuery<T>({
    queryKey: [path],
    enabled,
    refetchInterval: (query) => (every === null ? false : waitFor(query as Query, every)),
    ...(keepsPrevious && { placeholderData: (previous: T | undefined) => previous as never }),
  })
  return {
    data,
    problem: error ? error.message || 'The server refused.' : null,
    answeredAt: dataUpdatedAt,
    retry: () => void refetch(),
  }
}

function waitFor({ state }: Query, every: number): number {
  if (state.status !== 'error') return every
  return retryWait({ every, answeredAt: state.dataUpdatedAt, failedAt: state.errorUpdatedAt })
}
