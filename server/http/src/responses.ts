import { type Store, compileGlob } from '@hotpath/cache'
import type { IncomingHttpHeaders } from 'node:http'
import type { Fences } from './fences.ts'
import type { RequestFacts } from './request-facts.ts'
import { mayAnswer } from './reusable.ts'
import { madeAt, soften, type StoredResponse } from './stored-response.ts'
import { matchesVary, selectingValues } from './vary.ts'

/** The stored responses. */
export interface Responses {
  /** The newest response under a key that may answer a request and is known not to be overtaken, however fresh. */
  find(key: string, facts: RequestFacts): StoredResponse | undefined
  /** The newest that may answer it, of which only Redis can tell whether it was overtaken. */
  findUncertain(key: string, facts: RequestFacts): StoredResponse | undefined
  /** Everything under a key that is known not to be overtaken, the newest first, whoever it may answer. */
  variants(key: string): readonly StoredResponse[]
  /** Whether anything is stored under a key, usable or not. */
  has(key: string): boolean
  /** Whether there are responses under a key, but all were chosen by other request headers. */
  isVaryMiss(key: string, headers: IncomingHttpHeaders): boolean
  /** Replaces the response that the same requests would choose. */
  put(stored: StoredResponse): void
  /** The same with one that was found in Redis, unless what is here was made later and still holds. */
  putFound(stored: StoredResponse): void
  remove(stored: StoredResponse): void
  /** Counts a response anew whose size has changed. */
  resized(stored: StoredResponse): void
  /** What a purge would drop: by a glob over path and query, by tags, or by both. Looks at everything. */
  preview(what: PurgeSelection): PurgePreview
  /** Drops what matches a glob over path and query; how many responses that were. */
  purge(pattern: string): number
  /** The key of those requests under `key` that would, as far as is known, choose the same response. */
  variantKey(key: string, headers: IncomingHttpHeaders): string
}

/** What a purge is about; the parts add up. */
export interface PurgeSelection {
  tags?: readonly string[]
  /** A glob over path and query. */
  pattern?: string
}

/** What a purge would drop from the memory of this process. */
export interface PurgePreview {
  /** Responses that might still be served. */
  count: number
  /** The first of their paths with their query that were found. */
  sample: string[]
}

const previewed = 20

/** Ways to choose that are kept per URL: more are a sign of a Vary on something unbounded. */
const maxVariants = 16

/** One for all keys under which nothing lies, as for every first request. */
const none: readonly StoredResponse[] = []

/**
 * Stored responses in a bounded store. What lies under a primary key is the newest of its responses; one for each other way
 * that Vary can choose hangs behind it, in `older`: nearly always there is one alone, and a hit looks at nothing else.
 */
export function createResponses(store: Store<StoredResponse>, fences: Fences): Responses {
  fences.hold(() => allVariants(store))

  /** Keeps these and no others under a key, the newest first. */
  function keep(key: string, variants: readonly StoredResponse[]): void {
    const [newest] = variants
    if (!newest) {
      store.delete(key)
      return
    }
    let size = 0
    variants.forEach((variant, index) => {
      variant.older = variants[index + 1] ?? null
      size += variant.size
    })
    store.set(key, newest, size)
  }

  function variantsAt(key: string): readonly StoredResponse[] {
    const newest = store.peek(key)
    return newest === undefined ? none : [...chain(newest)]
  }

  function remove(stored: StoredResponse): void {
    const known = variantsAt(stored.key)
    if (known.length > 0)
      keep(
        stored.key,
        known.filter((variant) => variant !== stored),
      )
  }

  /** What the quick look leaves open. What was overtaken is dropped here, what was expired turns stale. */
  function holds(variant: StoredResponse): boolean {
    const standing = fences.standing(variant)
    if (standing === 'overtaken') remove(variant)
    if (typeof standing === 'object') soften(variant, standing.expiredAt)
    return standing === 'current' || typeof standing === 'object'
  }

  function put(stored: StoredResponse): void {
    // A forgotten mark hears of no change: nothing new may depend on it.
    if (!isAttached(stored)) return remove(stored)
    const known = store.peek(stored.key)
    if (!known) return void store.set(stored.key, stored, stored.size)
    const others = [...chain(known)].filter((variant) => !choosesSame(variant, stored))
    keep(stored.key, [stored, ...others].slice(0, maxVariants))
  }

  return {
    remove,
    variants(key) {
      const known = variantsAt(key)
      return known.length === 0 ? none : known.filter((one) => fences.isCurrent(one) || holds(one))
    },
    has: (key) => store.peek(key) !== undefined,
    find(key, facts) {
      let variant: StoredResponse | null = store.get(key) ?? null
      while (variant !== null) {
        const { older }: StoredResponse = variant
        if (mayAnswer(facts, variant) && (fences.isCurrent(variant) || holds(variant))) return variant
        variant = older
      }
      return undefined
    },
    findUncertain: (key, facts) =>
      variantsAt(key).find((variant) => mayAnswer(facts, variant) && fences.standing(variant) === 'unknown'),
    isVaryMiss(key, headers) {
      const variants = variantsAt(key)
      return (
        variants.length > 0 &&
        variants.every(({ vary, varyValues }) => !matchesVary(vary, varyValues, headers))
      )
    },
    put,
    putFound(stored) {
      const here = variantsAt(stored.key).find((variant) => choosesSame(variant, stored))
      if (!here || madeAt(here) <= madeAt(stored) || !fences.isCurrent(here)) put(stored)
    },
    resized(stored) {
      const known = variantsAt(stored.key)
      if (known.includes(stored)) keep(stored.key, known)
    },
    preview({ tags = [], pattern }) {
      const wanted = new Set(tags)
      const matches = pattern === undefined ? () => false : compileGlob(pattern)
      const isHit = (one: StoredResponse) => matches(one.url) || one.tags.some((tag) => wanted.has(tag))
      const urls = new Set<string>()
      let count = 0
      for (const variant of allVariants(store)) {
        if (!isHit(variant) || fences.standing(variant) === 'overtaken') continue
        count += 1
        if (urls.size < previewed) urls.add(variant.url)
      }
      return { count, sample: [...urls] }
    },
    purge(pattern) {
      const matches = compileGlob(pattern)
      const doomed = [...store.entries()].filter(([, { url }]) => matches(url))
      for (const [key] of doomed) store.delete(key)
      return doomed.reduce((total, [, newest]) => total + [...chain(newest)].length, 0)
    },
    variantKey(key, headers) {
      const newest = store.peek(key)
      if (!newest || newest.vary.length === 0) return key
      return `${key} ${JSON.stringify(selectingValues(newest.vary, headers))}`
    },
  }
}

function* chain(newest: StoredResponse | undefined): Iterable<StoredResponse> {
  for (let variant = newest ?? null; variant !== null; variant = variant.older) yield variant
}

function* allVariants(store: Store<StoredResponse>): Iterable<StoredResponse> {
  for (const [, newest] of store.entries()) yield* chain(newest)
}

function isAttached({ fence }: StoredResponse): boolean {
  return fence.marks.every(({ attached }) => attached)
}

function choosesSame(one: StoredResponse, other: StoredResponse): boolean {
  return (
    one.vary.length === other.vary.length &&
    one.vary.every((name, index) => name === other.vary[index]) &&
    one.varyValues.every((value, index) => value === other.varyValues[index])
  )
}
