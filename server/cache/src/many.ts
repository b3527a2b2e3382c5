import type { LoadContext, Loader, ManyLoader } from './cache.ts'
import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'

/** The loads of several keys, gathered into one call of a loader. */
export interface ManyLoads<T> {
  /** The loader of one key: it waits until every key has been decided. */
  loaderOf(key: string): Loader<T | undefined>
  /** This key needs no load of ours, or waits for somebody else's. Later calls do nothing. */
  decided(key: string): void
}

/**
 * Runs `load` once, for all keys that came to need it, as soon as every other key is known not to. A key that waits
 * for another process counts as known: two calls that wait for each other's keys would never end. Should it need a
 * load after all, it gets one of its own.
 */
export function createManyLoads<T>(keys: readonly string[], load: ManyLoader<T>): ManyLoads<T> {
  const undecided = new Set(keys)
  const waiting = new Map<string, PromiseWithResolvers<T | undefined>>()
  const tags: string[] = []
  let context: LoadContext | undefined
  let hasRun = false

  function runWhenDecided(): void {
    if (undecided.size > 0 || hasRun || waiting.size === 0) return
    hasRun = true
    const asked = [...waiting]
    const missing = asked.map(([key]) => key)
    Promise.try(load, missing, context!)
      .then((values) => {
        const found = asked.map(([key]) => valueOf(values, key))
        for (const [index, [, { resolve }]] of asked.entries()) resolve(found[index])
      })
      .catch((error: unknown) => {
        for (const [, { reject }] of asked) reject(error)
      })
  }

  return {
    loaderOf: (key) => async (own) => {
      undecided.delete(key)
      if (hasRun) return valueOf(await load([key], own), key)
      context ??= shareContext(own, tags)
      const waiter = Promise.withResolvers<T | undefined>()
      waiting.set(key, waiter)
      runWhenDecided()
      const value = await waiter.promise
      // What the loader found for one of them may hold for all.
      own.addTags(...tags)
      return value
    },
    decided(key) {
      if (undecided.delete(key)) runWhenDecided()
    },
  }
}

/** @throws HP_CACHE_MANY_INVALID */
function valueOf<T>(values: ReadonlyMap<string, T>, key: string): T | undefined {
  if (typeof values?.get === 'function') return values.get(key)
  throw cacheErrors.HP_CACHE_MANY_INVALID({ given: describe(values) })
}

function shareContext(own: LoadContext, tags: string[]): LoadContext {
  return {
    get signal() {
      return own.signal
    },
    addTags: (...found) => void tags.push(...found),
  }
}
