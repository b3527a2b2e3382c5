import { ServerResponse } from 'node:http'

/** Whether a head is held back that counts as sent. */
const kPretends = Symbol('hotpath.http.pretends')

type Pretender = ServerResponse & { [kPretends]?: boolean; _header?: string | null }

/** What Node takes for a head that has been made; it is never written. */
const held = 'held back'

/** To the handler a head that is held back has been sent: its errors are to break the connection, as ever. */
export function pretendSent(response: Pretender): void {
  if (response instanceof ServerResponse) {
    // oxlint-disable-next-line no-underscore-dangle -- Node's name
    response._header = held
  } else if ((response as Pretender)[kPretends] === undefined) {
    // Once, and never taken away: an object that loses a property is slow from then on.
    Object.defineProperty(response, 'headersSent', { get: headersSent })
  }
  response[kPretends] = true
}

/** Gives `headersSent` back to Node. */
export function endPretence(response: Pretender): void {
  if (!response[kPretends]) return
  response[kPretends] = false
  // oxlint-disable-next-line no-underscore-dangle -- Node's name
  if (response instanceof ServerResponse && response._header === held) response._header = null
}

/** For HTTP/2, whose responses are of another kind. */
function headersSent(this: Pretender): boolean {
  return this[kPretends] || Boolean(Reflect.get(Object.getPrototypeOf(this) as object, 'headersSent', this))
}
