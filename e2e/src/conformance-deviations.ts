/** Behaviours of the suite that we do not show, by its names for them, and why. */
export const deviations: Readonly<Record<string, string>> = {
  'headers-store-Set-Cookie': ofCookies(),
  '304-etag-update-response-Set-Cookie': ofCookies(),
  'other-set-cookie': ofCookies(),
  'other-cookie': 'A request with cookies reuses only what says public or carries a targeted field.',
  'other-authorization-must-revalidate':
    'must-revalidate is sent by habit: an answer to credentials is for others only with public or s-maxage.',
  'age-parse-prefix': 'Wants "0, 7200" on one line reused, and the same on two lines not: we reuse neither.',
  'stale-close-must-revalidate': ofLostOrigins(),
  'stale-close-proxy-revalidate': ofLostOrigins(),
  'stale-close-no-cache': ofLostOrigins(),
  'stale-close-s-maxage=2': ofLostOrigins(),
  'method-POST': 'Answers to POST are not stored.',
  'vary-normalise-lang-select':
    'Which language an origin would choose is not guessed from its Content-Language.',
  'conditional-lm-fresh-no-lm':
    'Wants 304 for a date before that of the response, which has no Last-Modified: RFC 9111 §4.3.2 says 200.',
  'partial-store-partial-reuse-partial': ofParts(),
  'partial-store-partial-reuse-partial-byterange': ofParts(),
  'partial-store-partial-reuse-partial-absent': ofParts(),
  'partial-store-partial-reuse-partial-suffix': ofParts(),
  'partial-store-partial-complete': ofParts(),
}

function ofCookies(): string {
  return 'Set-Cookie is meant for one user: such a response is never stored, though RFC 9111 §7.3 would allow it.'
}

function ofLostOrigins(): string {
  return 'Nothing stale is served here, and 502 tells so; the suite looks for a header of the origin that is gone.'
}

function ofParts(): string {
  return 'Partial responses are not stored; ranges are answered from whole ones.'
}
