import type { Claim, IdempotencyRecord, IdempotencyStore } from './idempotency-store.ts'

export interface MemoryIdempotencyOptions {
  /** Most keys remembered; beyond it, the answered one that is the oldest is forgotten. */
  readonly maxEntries: number
  /** Most bytes of bodies. */
  readonly maxBytes: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

interface Entry {
  readonly token: string
  record: IdempotencyRecord | null
  expiresAt: number
}

/** Keeps answers in this process: repeats find them here alone. */
export function createMemoryIdempotency({
  maxEntries,
  maxBytes,
  now,
}: MemoryIdempotencyOptions): IdempotencyStore {
  const entries = new Map<string, Entry>()
  let bytes = 0

  function drop(name: string): void {
    bytes -= bytesOf(entries.get(name))
    entries.delete(name)
  }

  function valid(name: string): Entry | undefined {
    const entry = entries.get(name)
    if (!entry || entry.expiresAt > now()) return entry
    drop(name)
    return undefined
  }

  const owned = (name: string, token: string): Entry | undefined => {
    const entry = valid(name)
    return entry?.token === token && entry.record === null ? entry : undefined
  }

  /** Those at work stay: forgetting one would let its repeat run beside it. */
  function makeRoom(): void {
    for (const [name, entry] of entries) {
      if (entries.size < maxEntries && bytes <= maxBytes) return
      if (entry.record !== null || entry.expiresAt <= now()) drop(name)
    }
  }

  return {
    async claim(name, token, leaseMs): Promise<Claim> {
      const entry = valid(name)
      if (entry) return entry.record === null ? { state: 'busy' } : { state: 'done', record: entry.record }
      makeRoom()
      if (entries.size >= maxEntries) throw new Error(`${maxEntries} requests with a key are at work.`)
      entries.set(name, { token, record: null, expiresAt: now() + leaseMs })
      return { state: 'ours' }
    },
    async renew(name, token, leaseMs) {
      const entry = owned(name, token)
      if (entry) entry.expiresAt = now() + leaseMs
    },
    async complete(name, token, { record, ttlMs }) {
      if (valid(name) && !owned(name, token)) return
      drop(name)
      entries.set(name, { token, record, expiresAt: now() + ttlMs })
      bytes += bytesOf(entries.get(name))
      makeRoom()
    },
    async release(name, token) {
      if (owned(name, token)) drop(name)
    },
  }
}

function bytesOf(entry: Entry | undefined): number {
  return entry?.record?.answer.body?.length ?? 0
}
