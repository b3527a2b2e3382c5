import type { Loader } from '@hotpath/cache'

/** A loader that waits for its test, and knows how often it was called. */
export interface DeferredLoad<T> {
  load: Loader<T>
  calls(): number
  /** Ends the oldest call still waiting. */
  resolve(value: T): void
  reject(error: Error): void
  /** Adds tags to the oldest call still waiting. */
  addTags(...tags: string[]): void
}

export function createDeferredLoad<T>(): DeferredLoad<T> {
  const waiting: (PromiseWithResolvers<T> & { addTags(...tags: string[]): void })[] = []
  let calls = 0
  return {
    load({ addTags }) {
      calls += 1
      const call = Promise.withResolvers<T>()
      waiting.push({ ...call, addTags })
      return call.promise
    },
    calls: () => calls,
    resolve: (value) => waiting.shift()!.resolve(value),
    reject: (error) => waiting.shift()!.reject(error),
    addTags: (...tags) => waiting[0]!.addTags(...tags),
  }
}

/** Every continuation that is due has run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
