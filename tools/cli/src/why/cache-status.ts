/** What our member of a Cache-Status field says (RFC 9211). */
export interface CacheStatus {
  /** Answered from the store. */
  readonly hit: boolean
  /** Seconds that it stays fresh; negative where it is stale. */
  readonly ttl: number | null
  /** Why the handler or origin was asked. */
  readonly fwd: string | null
  readonly stored: boolean
  readonly collapsed: boolean
  readonly detail: string | null
}

/** Reads our own member; undefined where there is none. The last of several is the nearest to the client. */
export function readCacheStatus(field: string | null): CacheStatus | undefined {
  const ours = (field ?? '')
    .split(',')
    .map((member) => member.trim())
    .findLast((member) => /^hotpath(?:;|$)/.test(member))
  if (ours === undefined) return undefined
  const parameters = new Map<string, string | true>()
  for (const parameter of ours.split(';').slice(1)) {
    const [name = '', value] = parameter.trim().split('=')
    parameters.set(name, value ?? true)
  }
  const text = (name: string) => {
    const value = parameters.get(name)
    return typeof value === 'string' ? value : null
  }
  const ttl = text('ttl')
  return {
    hit: parameters.has('hit'),
    ttl: ttl === null ? null : Number(ttl),
    fwd: text('fwd'),
    stored: parameters.has('stored'),
    collapsed: parameters.has('collapsed'),
    detail: text('detail'),
  }
}
