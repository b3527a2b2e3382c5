import type { Cache } from './cache.ts'
import { callKey, claimName } from './call-key.ts'
import { type CallOptions, entryOptionsOf } from './call-options.ts'
import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'

type CachedMethod<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Promise<Result>

/** A standard decorator of methods: TC39 decorators, stage 3; TypeScript 5 or later. */
export type CacheableDecorator<Instance, KeyArgs extends unknown[]> = <
  This extends Instance,
  Args extends [...KeyArgs, ...unknown[]],
  Result,
>(
  method: CachedMethod<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, CachedMethod<This, Args, Result>>,
) => CachedMethod<This, Args, Result>

/**
 * Caches what a method returns: `@Cacheable(cache, { ttl: '1h', tags: (id: number) => [`ballot:${id}`] })`, or with
 * the cache of each instance, `@Cacheable((ballots: Ballots) => ballots.cache)`. The default key has the name of the
 * class, that of the method, and the arguments, but nothing of the instance: give `key` where results depend on it.
 * @throws HP_CACHE_DECORATOR_MISPLACED; and each call rejects HP_CACHE_CALL_UNNAMED, HP_CACHE_CALL_NAME_TAKEN and
 * HP_CACHE_CALL_ARGUMENT where it makes no key
 */
export function Cacheable<Instance = unknown, KeyArgs extends unknown[] = []>(
  cache: Cache | ((instance: Instance) => Cache),
  options: CallOptions<Instance, KeyArgs> = {},
): CacheableDecorator<Instance, KeyArgs> {
  const cacheOf = typeof cache === 'function' ? cache : () => cache
  const entryOptions = entryOptionsOf(options)

  return <This extends Instance, Args extends [...KeyArgs, ...unknown[]], Result>(
    method: CachedMethod<This, Args, Result>,
    context: ClassMethodDecoratorContext<This, CachedMethod<This, Args, Result>>,
  ): CachedMethod<This, Args, Result> => {
    requireStandard(context)

    function keyOf(used: Cache, self: This, args: Args): string {
      if (options.key !== undefined) return options.key.apply(self, keyArgs(args))
      const name = options.name ?? `${classNameOf(self, context.static)}.${String(context.name)}`
      claimName(used, name, method)
      return callKey(name, args)
    }

    return async function (this: This, ...args: Args): Promise<Result> {
      const used = cacheOf(this)
      const entry = entryOptions(this, keyArgs(args))
      return used.getOrLoad<Result>(keyOf(used, this, args), () => method.apply(this, args), entry)
    }
  }

  /** A key or tags function may name fewer arguments than the method has. */
  function keyArgs(args: [...KeyArgs, ...unknown[]]): KeyArgs {
    return args as unknown[] as KeyArgs
  }
}

/** Compilers with `experimentalDecorators` hand over a name in the place of a context. */
function requireStandard(context: unknown): void {
  const isContext = typeof context === 'object' && context !== null && 'kind' in context
  if (isContext && context.kind === 'method') return
  throw cacheErrors.HP_CACHE_DECORATOR_MISPLACED({
    given: isContext ? `a ${String(context.kind)}` : `something named ${describe(context)}`,
  })
}

/** @throws HP_CACHE_CALL_UNNAMED for an instance of a class without a name, or none */
function classNameOf(self: unknown, isStatic: boolean): string {
  const owner = isStatic ? self : (self as object | undefined)?.constructor
  const name = typeof owner === 'function' ? owner.name : ''
  if (name === '') throw cacheErrors.HP_CACHE_CALL_UNNAMED()
  return name
}
