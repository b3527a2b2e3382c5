import type { ServerResponse } from 'node:http'

const unavailable = new WeakSet<ServerResponse>()

/**
 * Says of the answer that is about to be written that nobody could be asked for a better one: the origin is not
 * reached, or too much is going on. The cache may then answer with what it has, however stale, where nothing forbids
 * that (RFC 9111 §4.2.4) and the option `staleIfUnavailable` allows it.
 */
export function markUnavailable(response: ServerResponse): void {
  unavailable.add(response)
}

/** Whether that was said. */
export function isUnavailable(response: ServerResponse): boolean {
  return unavailable.has(response)
}
