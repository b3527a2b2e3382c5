const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
}

/** Artillery's lengths of time in milliseconds: a bare number counts seconds, `'2min'` its unit; null when unreadable. */
export function readTime(given: unknown): number | null {
  if (typeof given === 'number') return given >= 0 ? given * 1000 : null
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*?)s?\s*$/i.exec(String(given)) ?? []
  if (digits === undefined) return null
  const name = unit === '' ? 's' : unit!.toLowerCase()
  const ms = unitMs[/ms\s*$/i.test(String(given)) ? 'ms' : name]
  return ms === undefined ? null : Number(digits) * ms
}
