import { type Store, compileGlob } from '@hotpath/cache'
import type { IncomingHttpHeaders } from 'node:http'
import type { Fences } from './fences.ts'
import type { RequestFacts } from './request-facts.ts'
import { mayAnswer } from './reusable.ts'
import type { StoredResponse } from './stored-response.ts'
import { matchesVary, selectingValues } from './vary.ts'

/** Everything stored under one primary key, the newest first: one response for each way Vary can choose. */
export interface StoredUrl {
  readonly url: string
  readonly variants: readonly StoredResponse[]
}

/** The stored responses. */
export interface Responses {
  /** The newest response under a key that may answer a request and was not overtaken, however fresh. */
  find(key: string, facts: RequestFacts): StoredResponse | undefined
  /** Whether anything is stored under a key, usable or not. */
  has(key: string): boolean
  /** Whether there are responses under a key, but all were chosen by other request headers. */
  isVaryMiss(key: string, headers: IncomingHttpHeaders): boolean
  /** Replaces the response that the same requests would choose. */
  put(stored: StoredResponse): void
  remove(stored: StoredResponse): void
  /** Drops what matches a glob over path and query; how many responses that were. */
  purge(pattern: string): number
  /** The key of those requests under `key` that would, as far as is known, choose the same response. */
  variantKey(key: string, headers: IncomingHttpHeaders): string
}

/** Ways to choose that are kept per URL: more are a sign of a Vary on something unbounded. */
const maxVariants = 16

/** Stored responses in a bounded store. */
export function createResponses(store: Store<StoredUrl>, fences: Fences): Responses {
  function keep(key: string, kept: StoredUrl): void {
    if (kept.variants.length === 0) store.delete(key)
    else
      store.set(
        key,
        kept,
        kept.variants.reduce((total, { size }) => total + size, 0),
      )
  }

  function remove(stored: StoredResponse): void {
    const known = store.peek(stored.key)
    if (!known) return
    keep(stored.key, { url: known.url, variants: known.variants.filter((variant) => variant !== stored) })
  }

  return {
    remove,
    has: (key) => store.peek(key) !== undefined,
    find(key, facts) {
      const known = store.get(key)
      if (!known) return undefined
      for (const variant of known.variants) {
        if (!mayAnswer(facts, variant)) continue
        if (!fences.outdated(variant)) return variant
        remove(variant)
      }
      return undefined
    },
    isVaryMiss(key, headers) {
      const variants = store.peek(key)?.variants ?? []
      return (
        variants.length > 0 &&
        variants.every(({ vary, varyValues }) => !matchesVary(vary, varyValues, headers))
      )
    },
    put(stored) {
      const known = store.peek(stored.key)?.variants ?? []
      const others = known.filter((variant) => !choosesSame(variant, stored))
      keep(stored.key, { url: stored.url, variants: [stored, ...others].slice(0, maxVariants) })
    },
    purge(pattern) {
      const matches = compileGlob(pattern)
      const doomed = [...store.entries()].filter(([, { url }]) => matches(url))
      for (const [key] of doomed) store.delete(key)
      return doomed.reduce((total, [, { variants }]) => total + variants.length, 0)
    },
    variantKey(key, headers) {
      const newest = store.peek(key)?.variants[0]
      if (!newest || newest.vary.length === 0) return key
      return `${key} ${JSON.stringify(selectingValues(newest.vary, headers))}`
    },
  }
}

function choosesSame(one: StoredResponse, other: StoredResponse): boolean {
  return (
    one.vary.length === other.vary.length &&
    one.vary.every((name, index) => name === other.vary[index]) &&
    one.varyValues.every((value, index) => value === other.varyValues[index])
  )
}
