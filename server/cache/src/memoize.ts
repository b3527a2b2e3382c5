import type { Cache, Invalidation } from './cache.ts'
import { callKey, claimName } from './call-key.ts'
import { type CallOptions, entryOptionsOf } from './call-options.ts'

/** A function whose results are cached. */
export interface Memoized<This, Args extends unknown[], Result> {
  (this: This, ...args: Args): Promise<Awaited<Result>>
  /** The key of the call with these arguments. */
  key(...args: Args): string
  /** Invalidates the call with these arguments, in every process. */
  invalidate(...args: Args): Promise<Invalidation>
}

/**
 * The same function with its results cached: `const ballot = memoize(cache, loadBallot, { ttl: '1h' })`. Calls that
 * come together share one run; errors are not kept. What the function finds in `this` is not part of the default key.
 * @throws HP_CACHE_CALL_UNNAMED, HP_CACHE_CALL_NAME_TAKEN; and each call rejects HP_CACHE_CALL_ARGUMENT where its
 * arguments make no key
 */
export function memoize<This, Args extends unknown[], Result>(
  cache: Cache,
  call: (this: This, ...args: Args) => Result,
  options: CallOptions<void, Args> = {},
): Memoized<This, Args, Result> {
  const { name = call.name } = options
  const ownKey = options.key
  if (ownKey === undefined) {
    callKey(name, []) // So that a function without a name is refused here, not at its first call.
    claimName(cache, name, call)
  }
  const key = (...args: Args) => (ownKey === undefined ? callKey(name, args) : ownKey(...args))
  const entryOptions = entryOptionsOf(options)

  async function memoized(this: This, ...args: Args): Promise<Awaited<Result>> {
    const load = async (): Promise<Awaited<Result>> => await call.apply(this, args)
    return cache.getOrLoad<Awaited<Result>>(key(...args), load, entryOptions(undefined, args))
  }
  Object.defineProperty(memoized, 'name', { value: call.name })
  return Object.assign(memoized, {
    key,
    invalidate: async (...args: Args) => cache.invalidate({ keys: [key(...args)] }),
  })
}
