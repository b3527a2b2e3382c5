import type { LoadContext } from './cache.ts'
import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'
import type { Flight } from './in-flight.ts'
import type { Timers } from './shared/timers.ts'
import { readTags } from './tag-space.ts'

export interface LoaderRun {
  key: string
  flight: Flight
  load: (context: LoadContext) => unknown
  timeoutMs: number
  timers: Timers
}

/**
 * Runs a loader once, for `timeoutMs` at most; its signal aborts then. The loader is called at once.
 * @throws HP_CACHE_LOAD_TIMEOUT and what the loader throws
 */
export function runLoader({ key, flight, load, timeoutMs, timers }: LoaderRun): Promise<unknown> {
  let controller: AbortController | undefined
  let error: Error | undefined
  const context: LoadContext = {
    // Most loaders never ask for it.
    get signal() {
      controller ??= new AbortController()
      if (error !== undefined) controller.abort(error)
      return controller.signal
    },
    addTags(...found) {
      if (flight.landed) throw cacheErrors.HP_CACHE_TAGS_LATE({ key: describe(key) })
      for (const tag of readTags(found)) if (!flight.tags.includes(tag)) flight.tags.push(tag)
    },
  }
  return new Promise((resolve, reject) => {
    const timer = timers.setTimeout(() => {
      error = cacheErrors.HP_CACHE_LOAD_TIMEOUT({ key: describe(key), waited: `${timeoutMs} ms` })
      reject(error)
      controller?.abort(error)
    }, timeoutMs)
    Promise.try(load, context)
      .then(resolve, reject)
      .finally(() => timers.clearTimeout(timer))
  })
}
