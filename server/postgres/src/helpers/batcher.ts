/** Loads values for many keys at once; the order of the answer is that of the keys. */
export type LoadMany<K, V> = (keys: readonly K[]) => Promise<readonly V[]>

export interface BatcherOptions {
  /** Most keys of one load; more are split. @default 1_000 */
  maxKeys?: number
}

/**
 * Turns loads of single keys into loads of many: all that are asked for in one turn of the event loop are loaded
 * together, each key once. It remembers nothing beyond that turn. This is how relations are loaded without N+1: every
 * row asks for its own, and one statement answers (`where id = any($1)`).
 */
export function createBatcher<K, V>(
  load: LoadMany<K, V>,
  { maxKeys = 1_000 }: BatcherOptions = {},
): (key: K) => Promise<V> {
  let waiting = new Map<K, PromiseWithResolvers<V>>()

  function flush(): void {
    const asked = [...waiting]
    waiting = new Map()
    for (let from = 0; from < asked.length; from += maxKeys)
      void loadBatch(load, asked.slice(from, from + maxKeys))
  }

  return (key) => {
    let one = waiting.get(key)
    if (!one) {
      // After the promises that are settled already have had their turn, so that their callers are in it too.
      if (waiting.size === 0) setImmediate(flush)
      one = Promise.withResolvers<V>()
      waiting.set(key, one)
    }
    return one.promise
  }
}

async function loadBatch<K, V>(
  load: LoadMany<K, V>,
  asked: readonly (readonly [K, PromiseWithResolvers<V>])[],
): Promise<void> {
  try {
    const values = await load(asked.map(([key]) => key))
    if (values.length !== asked.length)
      throw new RangeError(`A batch of ${asked.length} keys was answered by ${values.length} values.`)
    asked.forEach(([, { resolve }], index) => resolve(values[index]!))
  } catch (error) {
    for (const [, { reject }] of asked) reject(error)
  }
}
