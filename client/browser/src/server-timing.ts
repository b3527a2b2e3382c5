import type { BeaconView } from '@hotpath/core/beacon'

/**
 * What Server-Timing said of the answer that was waited for longest, of those that a view needed from its beginning to
 * its largest paint: the document, or data that was fetched. On the page's clock.
 */
export function serverOf(start: number, end: number): BeaconView['server'] {
  const documents = start === 0 ? performance.getEntriesByType('navigation') : []
  const fetched = performance
    .getEntriesByType('resource')
    .filter(
      ({ initiatorType, startTime, responseEnd }) =>
        /^(fetch|xmlhttprequest)$/.test(initiatorType) && startTime >= start && responseEnd <= end,
    )
  const [longest] = [...documents, ...fetched]
    .filter(({ serverTiming }) => serverTiming[0])
    .sort((a, b) => waitOf(b) - waitOf(a))
  if (!longest) return undefined
  const said = new Map(longest.serverTiming.map((entry) => [entry.name, entry]))
  const [trace, cache, database] = [said.get('trace'), said.get('cache'), said.get('db')]
  return {
    ...(trace && { trace: trace.description }),
    ...(cache && { cache: cache.description }),
    ...(database && { databaseMs: database.duration }),
  }
}

const waitOf = ({ requestStart, responseStart }: PerformanceResourceTiming) => responseStart - requestStart
