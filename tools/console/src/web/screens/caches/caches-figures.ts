import type { CachesReport, KeyGroupFigures, NamespaceFigures } from '@hotpath/core'

/** Key groups of all namespaces, each with its own. */
export interface GroupRow extends KeyGroupFigures {
  namespace: string
}

export function groupRows({ objects }: Pick<CachesReport, 'objects'>): GroupRow[] {
  return objects.flatMap(({ namespace, groups }) => groups.map((group) => ({ namespace, ...group })))
}

/** Share of lookups that were answered without the handler; null before the first. */
export function httpHitShare({ http }: Pick<CachesReport, 'http'>): number | null {
  const { hits, staleHits, collapsed, misses } = http
  return shareOf(hits + staleHits + collapsed, misses)
}

/** Share of reads that ran no loader; null before the first. */
export function namespaceHitShare({
  hits,
  staleHits,
  collapsed,
  misses,
}: Pick<NamespaceFigures, 'hits' | 'staleHits' | 'collapsed' | 'misses'>): number | null {
  return shareOf(hits + staleHits + collapsed, misses)
}

export function groupReads({ hits, staleHits, misses }: KeyGroupFigures): { hits: number; misses: number } {
  const missed = Object.values(misses).reduce((sum, value) => sum + value, 0)
  return { hits: hits.memory + hits.redis + staleHits, misses: missed }
}

export function groupHitShare(group: KeyGroupFigures): number | null {
  const { hits, misses } = groupReads(group)
  return shareOf(hits, misses)
}

/** Requests and loads that a stampede would have cost, and did not. */
export function stampedesStopped({ http, objects }: Pick<CachesReport, 'http' | 'objects'>): number {
  return http.collapsed + objects.reduce((sum, { collapsed }) => sum + collapsed, 0)
}

/** Why reads missed, the most frequent reason first; empty without a miss. */
export function missReasons({ misses }: KeyGroupFigures): string {
  return Object.entries(misses)
    .filter(([, times]) => times > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, times]) => `${times.toLocaleString('en-US')} ${reason}`)
    .join(', ')
}

function shareOf(part: number, rest: number): number | null {
  return part + rest === 0 ? null : part / (part + rest)
}
