import type { ServerResponse } from 'node:http'

/** Whether a head is held back that counts as sent. */
const kPretends = Symbol('hotpath.http.pretends')

type Pretender = ServerResponse & { [kPretends]?: boolean }

/** To the handler a head that is held back has been sent: its errors are to break the connection, as ever. */
export function pretendSent(response: Pretender): void {
  // Once, and never taken away: an object that loses a property is slow from then on.
  if (response[kPretends] === undefined) Object.defineProperty(response, 'headersSent', { get: headersSent })
  response[kPretends] = true
}

/** Gives `headersSent` back to Node. */
export function endPretence(response: Pretender): void {
  if (response[kPretends]) response[kPretends] = false
}

function headersSent(this: Pretender): boolean {
  return this[kPretends] || Boolean(Reflect.get(Object.getPrototypeOf(this) as object, 'headersSent', this))
}
