import { hash } from 'node:crypto'
import { createMemoryStore } from '@hotpath/cache'
import type { Dependencies } from '../dependencies.ts'
import type { Fences, Stamp } from '../fences.ts'
import type { RequestFacts } from '../request-facts.ts'
import { freshness, mayBeSeen, type Reuse, type ReuseTerms } from '../reusable.ts'
import { selectingValues } from '../vary.ts'

/** A response that would be stored: all that decides whom it would answer, and nothing of what it says. */
export interface ShadowResponse extends ReuseTerms {
  readonly bytes: number
  readonly dependencies: Dependencies
  /** When its handler began, for what was invalidated since. */
  readonly stamp: Stamp
}

/** What would be stored, within the bounds of the store that it stands for. */
export interface ShadowStore {
  /** How the response stored for such a request would be used; undefined where there is none. */
  find(key: string, facts: RequestFacts, now: number): Reuse | undefined
  put(key: string, facts: RequestFacts, response: ShadowResponse): void
  /** Bytes of the body that would be stored for such a request; 0 where there is none. */
  bytesOf(key: string, facts: RequestFacts): number
  entries(): number
  /** Bytes that the bodies would take. */
  bytes(): number
  clear(): void
}

/** One URL: the responses by what chooses them, the newest last. */
interface ShadowUrl {
  readonly vary: readonly string[]
  readonly variants: ReadonlyMap<string, ShadowResponse>
}

export interface ShadowStoreOptions {
  readonly fences: Fences
  readonly maxEntries: number
  readonly maxBytes: number
  readonly ignoreReload: boolean
}

/** As in the real one. */
const maxVariants = 16

/** A store of fingerprints that evicts as the real one does: each counts as many bytes as its body has. */
export function createShadowStore(options: ShadowStoreOptions): ShadowStore {
  const { fences, ignoreReload } = options
  const store = createMemoryStore<ShadowUrl>(options)
  const fingerprint = (text: string) => hash('sha1', text, 'base64url')
  const chosenBy = (vary: readonly string[], facts: RequestFacts) =>
    vary.length === 0 ? '' : fingerprint(JSON.stringify(selectingValues(vary, facts.headers)))

  function known(key: string, facts: RequestFacts): ShadowResponse | undefined {
    const found = store.get(fingerprint(key))
    return found?.variants.get(chosenBy(found.vary, facts))
  }

  return {
    find(key, facts, now) {
      const found = known(key, facts)
      if (!found || !mayBeSeen(facts, found)) return undefined
      if (fences.overtaken(fences.bind(found.dependencies, found.stamp), found.stamp)) return undefined
      return freshness(facts, found, { now, ignoreReload })
    },
    put(key, facts, response) {
      const place = fingerprint(key)
      const before = store.peek(place)
      const isSameVary = before !== undefined && before.vary.join() === response.vary.join()
      const variants = new Map(isSameVary ? before.variants : [])
      const choice = chosenBy(response.vary, facts)
      variants.delete(choice)
      variants.set(choice, response)
      if (variants.size > maxVariants) variants.delete(variants.keys().next().value!)
      let bytes = 0
      for (const variant of variants.values()) bytes += variant.bytes
      store.set(place, { vary: response.vary, variants }, bytes)
    },
    bytesOf: (key, facts) => known(key, facts)?.bytes ?? 0,
    entries: store.size,
    bytes: store.bytes,
    clear: store.clear,
  }
}
