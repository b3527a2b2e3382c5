import type { ServerResponse } from 'node:http'

/** To the handler a head that is held back has been sent: its errors are to break the connection, as ever. */
export function pretendSent(response: ServerResponse): void {
  Object.defineProperty(response, 'headersSent', { value: true, configurable: true })
}

/** Gives `headersSent` back to Node. */
export function endPretence(response: ServerResponse): void {
  Reflect.deleteProperty(response, 'headersSent')
}
