import { QueryCache, QueryClient } from '@tanstack/react-query'
import { RequestProblem, requestJson } from './request-json.ts'
import { createSession } from './session.ts'
import { createTokenStore } from './token-store.ts'

/** Whose token is sent. One for the page. */
export const session = createSession(createTokenStore(() => sessionStorage))

/** What was answered, by path. Nothing is asked twice at a time, and a hidden tab asks for nothing. */
export const client = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof RequestProblem && error.kind === 'refused') session.refused(error)
    },
  }),
  defaultOptions: {
    queries: {
      // Waiting and trying again is up to the poll; the server may well be on this machine.
      retry: false,
      networkMode: 'always',
      staleTime: 0,
      queryFn: ({ queryKey: [path], signal }) =>
        requestJson(resolveTimes(String(path), Date.now()), { token: session.token(), signal }),
    },
    mutations: { networkMode: 'always' },
  },
})

/** `from=-3600000` in a path counts from now: what is live keeps one place in the cache, and moves on. */
export function resolveTimes(path: string, now: number): string {
  return path.replace(
    /\b(from|to|since)=-(\d+)/g,
    (_, name: string, ms: string) => `${name}=${now - Number(ms)}`,
  )
}
