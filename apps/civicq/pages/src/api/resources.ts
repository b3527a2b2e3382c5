import { request, type Problem, type Result } from './request.ts'

/** What is known of one path of the API. Old data stays while newer is fetched. */
export interface Resource<T> {
  data: T | undefined
  /** Why the last attempt failed; undefined once one succeeded. */
  problem: Problem | undefined
  /** When the request for `data` was sent, milliseconds since 1970: what happened later is not in it. */
  askedAt: number
}

/** The public answers that this tab has seen, by path. Going back shows them at once. */
export interface Resources {
  read<T>(path: string): Resource<T>
  /** Calls `listener` when `path` changes; the answer unsubscribes. */
  subscribe(path: string, listener: () => void): () => void
  /** Asks again, unless the answer is younger than `olderThanMs`. Joins a request under way. */
  refresh(path: string, olderThanMs?: number): Promise<void>
  /** Asks again for everything that is on the screen and older than a minute. */
  refreshShown(): void
}

const maxKept = 200
const shownStaleAfterMs = 60_000
const unknown: Resource<never> = { data: undefined, problem: undefined, askedAt: 0 }

/** An empty store. */
export function createResources(): Resources {
  const known = new Map<string, Resource<unknown>>()
  const listeners = new Map<string, Set<() => void>>()
  const underWay = new Map<string, Promise<void>>()

  function keep(path: string, askedAt: number, result: Result<unknown>): void {
    const before = known.get(path) ?? unknown
    known.delete(path)
    known.set(
      path,
      result.ok
        ? { data: result.value, problem: undefined, askedAt }
        : { ...before, problem: result.problem },
    )
    for (const oldest of known.keys()) {
      if (known.size <= maxKept) break
      if (!listeners.has(oldest)) known.delete(oldest)
    }
    for (const listener of listeners.get(path) ?? []) listener()
  }

  async function load(path: string): Promise<void> {
    const askedAt = Date.now()
    const result = await request(path)
    underWay.delete(path)
    keep(path, askedAt, result)
  }

  function refresh(path: string, olderThanMs = 0): Promise<void> {
    const running = underWay.get(path)
    if (running) return running
    if (Date.now() - (known.get(path)?.askedAt ?? 0) < olderThanMs) return Promise.resolve()
    const started = load(path)
    underWay.set(path, started)
    return started
  }

  return {
    read: <T>(path: string) => (known.get(path) ?? unknown) as Resource<T>,
    subscribe(path, listener) {
      const ours = listeners.get(path) ?? new Set()
      listeners.set(path, ours.add(listener))
      return () => {
        ours.delete(listener)
        if (ours.size === 0) listeners.delete(path)
      }
    },
    refresh,
    refreshShown() {
      for (const path of listeners.keys()) void refresh(path, shownStaleAfterMs)
    },
  }
}
