const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** k6's lengths of time (`1m30s`, `500ms`, a bare number of milliseconds) in milliseconds; null when unreadable. */
export function readTime(given: unknown): number | null {
  if (typeof given === 'number') return given >= 0 ? given : null
  const text = String(given).replaceAll(/\s/g, '')
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[hms]))+$/.test(text)) return null
  let ms = 0
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g))
    ms += Number(digits) * unitMs[unit!]!
  return ms
}
