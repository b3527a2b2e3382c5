/** Final statuses whose rules for caching this cache knows (RFC 9110 §15). */
const understood: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501,
])

/** Errors that are about the resource: nobody's request can have provoked them for everybody else. */
const lasting: ReadonlySet<number> = new Set([404, 410])

/**
 * Whether responses of this status are ever stored: final ones, complete, that speak for themselves. 206 is a part,
 * 304 speaks of another response.
 */
export function mayBeStored(status: number): boolean {
  return status >= 200 && status <= 599 && status !== 206 && status !== 304
}

/** Whether `must-understand` allows storing it (RFC 9111 §5.2.2.3). */
export function isUnderstood(status: number): boolean {
  return understood.has(status)
}

/**
 * Whether storing it takes more than explicit freshness. A strange request can provoke such an answer, and a header that
 * some middleware sets on everything would then serve it to all ("cache-poisoned denial of service").
 */
export function isErrorStatus(status: number): boolean {
  return status >= 400 ? !lasting.has(status) : !understood.has(status)
}
