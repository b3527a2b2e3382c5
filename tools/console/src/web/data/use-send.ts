import { useMutation } from '@tanstack/react-query'
import { client, session } from './client.ts'
import { requestJson } from './request-json.ts'

/** A change that the server is asked to make. */
export interface Sending<Body, Answer> {
  send: (body: Body) => void
  isSending: boolean
  /** What was answered last; undefined before. */
  answer: Answer | undefined
  /** What was wrong with the last try, in a sentence; null when nothing was. */
  problem: string | null
  reset: () => void
}

/** A POST to `path`. What is on the screen is asked for anew when it was done. */
export function useSend<Body, Answer>(
  path: string,
  options: { onDone?: (answer: Answer) => void } = {},
): Sending<Body, Answer> {
  const { mutate, isPending, data, error, reset } = useMutation<Answer, Error, Body>({
    mutationFn: async (body) => (await requestJson(path, { token: session.token(), body })) as Answer,
    async onSuccess(answer) {
      options.onDone?.(answer)
      await client.invalidateQueries({ refetchType: 'active' })
    },
  })
  return {
    send: (body) => mutate(body),
    isSending: isPending,
    answer: data,
    problem: error ? error.message || 'The server refused.' : null,
    reset,
  }
}
