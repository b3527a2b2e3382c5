import type { Cache, LoadContext, Loader } from './cache.ts'
import { describe, reasonOf } from './describe.ts'
import { cacheErrors } from './errors.ts'
import type { EntryOptions } from './options.ts'

type Keys = Iterable<string> | AsyncIterable<string>

/** What to have in a cache before it is asked for. */
export interface WarmTask<T = unknown> {
  name: string
  cache: Cache
  /** The keys, most wanted first. Read one by one as loads end, so they may come from a cursor. */
  keys: () => Keys | Promise<Keys>
  load: (key: string, context: LoadContext) => Promise<T> | T
  /** Tags and times of one key, as its readers give them. */
  options?: (key: string) => EntryOptions
}

/** How far one task is. */
export interface WarmProgress {
  name: string
  /** Keys dealt with, the failed and the skipped among them. */
  done: number
  /** All keys; unknown where they come one by one. */
  total?: number
  failed: number
  /** Keys that were fresh already, or that somebody else was loading. */
  skipped: number
}

export interface WarmOptions {
  /** Most loads at once, over all tasks. @default 8 */
  concurrency?: number
  /** Ends the warming: what is being loaded is not waited for. */
  signal?: AbortSignal
  /** Called after each key. */
  onProgress?: (progress: WarmProgress) => void
}

export interface WarmFailure {
  name: string
  /** Null where the keys themselves could not be read. */
  key: string | null
  reason: string
}

export interface WarmResult {
  loaded: number
  skipped: number
  failed: number
  /** The first of the failures. */
  failures: WarmFailure[]
  /** Whether the signal ended it before all keys were done. */
  aborted: boolean
}

const failuresKept = 10

/**
 * Loads what is not fresh, task by task, and goes on after failures: a warm cache is a help, not a condition.
 * @throws HP_CACHE_CONCURRENCY_INVALID, and what `onProgress` throws
 */
export async function warm(tasks: readonly WarmTask[], options: WarmOptions = {}): Promise<WarmResult> {
  const { concurrency = 8, signal, onProgress = () => {} } = options
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw cacheErrors.HP_CACHE_CONCURRENCY_INVALID({ given: describe(concurrency) })
  }
  const result: WarmResult = { loaded: 0, skipped: 0, failed: 0, failures: [], aborted: false }
  let ended = false
  const isOver = () => ended

  function fail(failure: WarmFailure, progress: WarmProgress): void {
    result.failed += 1
    progress.failed += 1
    if (result.failures.length < failuresKept) result.failures.push(failure)
  }

  async function* plan(): AsyncGenerator<{ task: WarmTask; key: string; progress: WarmProgress }> {
    for (const task of tasks) {
      const progress: WarmProgress = { name: task.name, done: 0, failed: 0, skipped: 0 }
      try {
        const keys = await task.keys()
        if (typeof keys === 'string') throw new TypeError(`its keys are the text ${describe(keys)}`)
        const total = countOf(keys)
        if (total !== undefined) progress.total = total
        for await (const key of keys) yield { task, key, progress }
      } catch (thrown) {
        fail({ name: task.name, key: null, reason: reasonOf(thrown) }, progress)
        onProgress({ ...progress })
      }
    }
  }

  const steps = plan()
  async function work(): Promise<void> {
    for (;;) {
      const step = await steps.next()
      if (step.done || isOver()) return
      const { task, key, progress } = step.value
      const outcome = await warmKey(task, key).catch((thrown: unknown) => ({ reason: reasonOf(thrown) }))
      if (isOver()) return
      progress.done += 1
      if (typeof outcome === 'object') fail({ name: task.name, key, ...outcome }, progress)
      else result[outcome] += 1
      if (outcome === 'skipped') progress.skipped += 1
      onProgress({ ...progress })
    }
  }

  const works = Promise.all(Array.from({ length: concurrency }, work)).then(() => 'done' as const)
  try {
    const end = await (signal === undefined ? works : unlessAborted(works, signal))
    return { ...result, aborted: end === 'aborted' }
  } finally {
    ended = true
    // So that a cursor the keys come from is closed. It may be waiting still, and is not waited for.
    steps.return(undefined).catch(() => {})
  }
}

async function warmKey({ cache, load, options }: WarmTask, key: string): Promise<'loaded' | 'skipped'> {
  let loading: Promise<unknown> | undefined
  const loader: Loader<unknown> = (context) => {
    loading = (async () => load(key, context))()
    return loading
  }
  await cache.getOrLoad(key, loader, options?.(key))
  if (loading === undefined) return 'skipped'
  // A stale value was answered at once: its refresh is what was asked for.
  await loading
  return 'loaded'
}

function countOf(keys: Keys): number | undefined {
  if (Array.isArray(keys)) return keys.length
  return keys instanceof Set ? keys.size : undefined
}

async function unlessAborted<T>(works: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  const { promise: aborted, resolve } = Promise.withResolvers<'aborted'>()
  const listen = () => resolve('aborted')
  if (signal.aborted) listen()
  signal.addEventListener('abort', listen)
  try {
    return await Promise.race([aborted, works])
  } finally {
    signal.removeEventListener('abort', listen)
  }
}
