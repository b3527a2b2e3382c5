/** How a load run counts answers of rate limits (RFC 6585 §4). */
const kind = 'status 429'

/**
 * What a load run has to say of requests that the application's own rate limits turned away; null where there were
 * none. A generator is one client, and it is let in like any other.
 */
export function turnedAwayNote({
  requests,
  errorsByKind,
}: {
  requests: number
  errorsByKind: Readonly<Record<string, number>>
}): string | null {
  const turnedAway = errorsByKind[kind] ?? 0
  if (turnedAway === 0) return null
  const [away, all] = [turnedAway, requests].map((value) => value.toLocaleString('en-US'))
  return `${away} of ${all} requests were turned away by rate limits (429): the figures are those of a single client that asks for more than it may.`
}
