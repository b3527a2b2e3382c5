import type { Span } from '@hotpath/core'
import type { KeptTrace } from './store.ts'

/**
 * The browser's side of a trace. Its clock is not ours: what its first byte took longer than the request did is the
 * network, half of it on the way here.
 */
export function browserSpans({
  browser,
  durationMs,
  spans,
}: Pick<KeptTrace, 'browser' | 'durationMs' | 'spans'>): Span[] {
  if (browser === null) return []
  const { ttfbMs, lcpMs } = browser
  const startMs = -Math.max(0, (ttfbMs ?? durationMs) - durationMs) / 2
  const told: [name: string, ms: number | null, detail: string][] = [
    ['first byte', ttfbMs, 'from the click to the first byte: connection, redirects, network and server'],
    ['largest paint', lcpMs, 'from the click until the largest element was painted'],
  ]
  return told
    .filter((one): one is [string, number, string] => one[1] !== null)
    .map(([name, ms, detail], index) => ({
      id: spans.length + index,
      parent: null,
      kind: 'browser',
      name,
      startMs,
      durationMs: ms,
      detail,
      fingerprint: null,
      failed: false,
    }))
}
