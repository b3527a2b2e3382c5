import { expect, test } from 'vitest'
import { RequestProblem } from '../src/web/data/request-json.ts'
import { createSession } from '../src/web/data/session.ts'
import { createTokenStore } from '../src/web/data/token-store.ts'

/** A browser that forbids storage. */
const forbidden = () => {
  throw new Error('forbidden')
}
const refused = new RequestProblem('Set HOTPATH_TOKEN.', { kind: 'refused', status: 403 })

test('asks for a token when it is refused, says whether one was turned down, and tries again with another', () => {
  const session = createSession(createTokenStore(forbidden))
  let changes = 0
  const stop = session.subscribe(() => changes++)
  session.refused(refused)
  expect(session.refusal()).toEqual({ rejected: false, why: 'Set HOTPATH_TOKEN.' })
  session.authorise('first')
  expect([session.refusal(), session.token()]).toEqual([null, 'first'])
  session.refused(refused)
  expect(session.refusal()?.rejected).toBe(true)
  stop()
  session.authorise('second')
  expect(changes).toBe(3)
})
