/** Why an answer was not stored or not looked up, and what would change that. */
export interface Reason {
  readonly because: string
  /** Null where it is as it should be. */
  readonly remedy: string | null
}

const freshnessRemedy =
  "Declare the route with fresh: '1h', or send CDN-Cache-Control: max-age=3600 (RFC 9213)."
const credentialsRemedy =
  "If the answer is the same for everybody, say so: visibility: 'public' on the route, or public in its CDN-Cache-Control."

/** By the detail of Cache-Status. */
const byDetail: Readonly<Record<string, Reason>> = {
  'no-freshness': {
    because: 'the answer does not say how long it stays fresh',
    remedy: freshnessRemedy,
  },
  'no-store': {
    because: 'the answer says no-store',
    remedy: `Leave that out of Cache-Control. ${freshnessRemedy}`,
  },
  'no-cache': {
    because: 'the answer says no-cache: it would have to be validated at each use',
    remedy: freshnessRemedy,
  },
  private: {
    because: 'the answer says private: it is meant for one user',
    remedy: 'If it is the same for everybody, leave private out of Cache-Control.',
  },
  'set-cookie': {
    because: 'the answer sets a cookie, which must not reach anybody else',
    remedy:
      'Set cookies on other answers than those that many ask for; session middleware often sets one on each.',
  },
  cookie: {
    because: 'the request carries cookies, and the answer does not say that it is for everybody',
    remedy: credentialsRemedy,
  },
  authorization: {
    because: 'the request carries Authorization, and the answer does not say that it is for everybody',
    remedy: credentialsRemedy,
  },
  vary: {
    because: 'the answer says Vary: *, so that no other request may get it',
    remedy: 'Name in Vary the headers that the answer depends on.',
  },
  malformed: {
    because: 'a caching header of the answer cannot be read',
    remedy: 'Mend its Cache-Control or CDN-Cache-Control.',
  },
  status: { because: 'answers of this status are not stored', remedy: null },
  method: { because: 'only answers to GET are stored', remedy: null },
  'request-no-store': {
    because: 'the request itself says no-store',
    remedy: 'Ask without Cache-Control: no-store.',
  },
  trailer: { because: 'the answer has trailers', remedy: 'Send them as headers.' },
  nonce: {
    because: 'its Content-Security-Policy holds a nonce, which must never be sent twice',
    remedy: 'Use hashes in place of the nonce.',
  },
  tags: {
    because:
      'its tags cannot be told: the tags function of the route failed, or the path is a spelling of another route',
    remedy: 'Ask for the path as the route is declared, and let tags return a list of non-empty strings.',
  },
  off: {
    because: 'the cache of its route was turned off while the application runs',
    remedy: 'Turn it on again: `hotpath cache on` and the route in quotes.',
  },
  'too-large': {
    because: 'its body is larger than what is stored',
    remedy: 'Raise maxEntryBytes, or send less.',
  },
  fenced: {
    because: 'something it depends on was invalidated while it was being made',
    remedy: null,
  },
  aborted: { because: 'the answer was not written to its end', remedy: null },
  truncated: { because: 'its body has another length than announced', remedy: 'Mend the Content-Length.' },
  range: { because: 'the request asks for a part of the answer, and the whole is not stored', remedy: null },
  'request-body': {
    because: 'the request has a body, which is no part of the key',
    remedy: 'Ask without a body.',
  },
  'event-stream': { because: 'an event stream never ends', remedy: null },
  target: {
    because:
      'the target is no plain path, or a header may redirect it (X-Original-URL, X-HTTP-Method-Override and the like)',
    remedy: 'Ask without such headers.',
  },
  'only-if-cached': {
    because: 'the request wanted nothing but a stored answer, and there is none',
    remedy: null,
  },
  'stale-if-error': { because: 'the handler failed, and the stored answer stood in for it', remedy: null },
}

/** What a detail says; undefined for one that is not known here. */
export function reasonOf(detail: string): Reason | undefined {
  return Object.hasOwn(byDetail, detail) ? byDetail[detail] : undefined
}

/** Why the handler was asked, by `fwd` of Cache-Status (RFC 9211 §2.2). */
export const forwards: Readonly<Record<string, string>> = {
  miss: 'nothing was stored under this URL',
  'vary-miss': 'what is stored under this URL was chosen by other request headers',
  stale: 'what was stored is too old',
  request: 'what is stored is fresh, but the request asked for a newer answer',
  bypass: 'the cache has no part in this request',
  method: 'only GET and HEAD are answered from the store',
}
