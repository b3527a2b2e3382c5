/** What an error that Redis answered means for the connection it came by. */
export type Refusal =
  | { kind: 'no-script' }
  /** Another node of the cluster has our keys; an empty host is the one that answered. */
  | { kind: 'moved'; host: string; port: number }
  /** This server does not serve us, whatever we ask: a demoted primary, one that loads its data. */
  | { kind: 'unusable' }
  /** The one command is refused. */
  | { kind: 'refused' }

/** Redis 6 puts what a command inside a script was told at the end, behind a dash. */
const unusable = /(?:^|-)(?:READONLY|LOADING|MASTERDOWN|NOAUTH)\b/

export function readRefusal(words: string): Refusal {
  if (words.startsWith('NOSCRIPT')) return { kind: 'no-script' }
  const moved = /^MOVED \d+ (\S*):(\d+)/.exec(words)
  if (moved) return { kind: 'moved', host: moved[1] === '?' ? '' : moved[1]!, port: Number(moved[2]) }
  return { kind: unusable.test(words) ? 'unusable' : 'refused' }
}

/** Refusals of a greeting that say nothing about what the server can do. */
const notAboutFeatures =
  /^(?:NOAUTH|WRONGPASS|DENIED|LOADING|MASTERDOWN|BUSY|CLUSTERDOWN)\b|invalid password|without any password|max number of clients/

/** Whether a server that refused RESP3 or tracking in these words may do without. */
export const lacksTracking = (words: string): boolean => !notAboutFeatures.test(words)
