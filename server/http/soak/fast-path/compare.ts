import type { Outcome } from './play.ts'

/** How two outcomes of one history differ, in one line; null when they do not. */
export function difference(one: Outcome, other: Outcome): string | null {
  for (const [step, text] of one.received.entries()) {
    const [ours, theirs] = [masked(text), masked(other.received[step] ?? '')]
    if (ours !== theirs) return `step ${step}: ${around(ours, theirs)}`
  }
  const [fates, otherFates] = [one.fates.join(', '), other.fates.join(', ')]
  return fates === otherFates ? null : `the connection: ${fates} ≠ ${otherFates}`
}

/** How many steps at the beginning of a history brought the client the same. */
export function stepsAlike(one: Outcome, other: Outcome): number {
  const at = one.received.findIndex((text, step) => masked(text) !== masked(other.received[step] ?? ''))
  return at === -1 ? one.received.length : at
}

/** Without what the wall clock decides. */
const masked = (text: string) => text.replaceAll(/(?<=\r\n)Date: [^\r\n]{29}(?=\r\n)/g, 'Date: now')

function around(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const part = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 60))
  return `byte ${at} of ${one.length} and ${other.length}: ${part(one)} ≠ ${part(other)}`
}

/**
 * The same between bare node:http and the cache before it, where they may not agree byte by byte: the cache adds lines.
 * The statuses have to be the same, and what the application saw, and what became of the connection. Where the cache gave
 * an answer of its own, nothing can be said: another answer may end the connection.
 */
export function differenceFromBare(bare: Outcome, cached: Outcome): string | null {
  const [expected, given] = [bare.received.join(''), cached.received.join('')]
  const [statuses, cachedStatuses] = [statusesOf(expected), statusesOf(given)]
  if (cachedStatuses.some((status, index) => byCache.has(status) && statuses[index] !== status)) return null
  const [all, allCached] = [statuses.join(' '), cachedStatuses.join(' ')]
  if (all !== allCached) return `statuses: bare ${all} ≠ ${allCached}`
  if (sawIn(expected) !== sawIn(given))
    return `what the application saw: ${around(sawIn(expected), sawIn(given))}`
  const [fates, cachedFates] = [bare.fates.join(', '), cached.fates.join(', ')]
  return fates === cachedFates ? null : `the connection: bare ${fates} ≠ ${cachedFates}`
}

/** Not modified, a part, no such part, only if cached: what the cache knows and the application does not. */
const byCache = new Set(['304', '206', '416', '504'])

/** How many answers came. */
export const answersIn = ({ received }: Outcome): number => statusesOf(received.join('')).length

const statusesOf = (text: string) =>
  Array.from(text.matchAll(/HTTP\/1\.[01] (\d{3}) /g), ([, status]) => status!)
const sawIn = (text: string) => Array.from(text.matchAll(/\{"saw":[^\n]*\n/g), ([line]) => line).join('')
