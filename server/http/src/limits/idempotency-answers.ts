import { prepareProblem } from '../api/problem.ts'

const docs = 'https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/'
const problem = (status: number, title: string, detail: string) =>
  prepareProblem({ status, type: docs, title, detail })

/** What requests are told that their key keeps from the handler (draft-ietf-httpapi-idempotency-key-header). */
export const idempotencyAnswers = {
  missing: problem(400, 'Idempotency-Key is missing', 'This operation asks for the header Idempotency-Key.'),
  malformed: problem(
    400,
    'Idempotency-Key cannot be read',
    'It is a string in quotes, of 1 to 255 plain characters.',
  ),
  reused: problem(
    422,
    'Idempotency-Key is already used',
    'The key came with another request before. A new request takes a new key.',
  ),
  busy: problem(
    409,
    'A request is outstanding for this Idempotency-Key',
    'The first request with this key is still at work.',
  ),
  tooLarge: problem(
    409,
    'The request was done, and its answer is not kept',
    'The answer to the first request with this key was too large to be repeated.',
  ),
  unavailable: problem(
    503,
    'Idempotency-Key cannot be checked',
    'What remembers keys cannot be reached at the moment.',
  ),
}
