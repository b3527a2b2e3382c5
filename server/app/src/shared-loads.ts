import type { Cache, Loader, ManyLoader } from '@hotpath/cache'
import type { Route } from '@hotpath/core'
import { runForOthers } from '@hotpath/postgres/tap'
import type { Replicas } from './replicas.ts'

/** Where nothing could spoil a load, caches are left as they are: a hit costs what it costs. */
export const mustShareLoads = (routes: readonly Route[], { router }: Replicas): boolean =>
  router !== null || routes.some(({ options }) => options.cancelStatements === true)

/**
 * A cache whose loads belong to everybody who will be served from them. They read what is committed when they begin: a
 * replica that has not heard of a write would bring back what its invalidation just dropped. And the one who happened
 * to ask first does not take the load along when it leaves.
 */
export function withSharedLoads(cache: Cache, reads: Replicas['reads']): Cache {
  const forAll = <T>(load: () => T): T => runForOthers(() => reads({ read: 'current' }, load))
  const one = <T>(load: Loader<T>): Loader<T> =>
    typeof load === 'function' ? (context) => forAll(() => load(context)) : load
  const many = <T>(load: ManyLoader<T>): ManyLoader<T> =>
    typeof load === 'function' ? (missing, context) => forAll(() => load(missing, context)) : load
  return {
    ...cache,
    getOrLoad: (key, load, options) => cache.getOrLoad(key, one(load), options),
    getMany: (keys, load, options) => cache.getMany(keys, load && many(load), options),
  }
}
