import type { SharedTier, TagSpace } from '@hotpath/cache'
import { type Fences, httpNamespace, type Stamp } from './fences.ts'
import type { Responses } from './responses.ts'
import type { ResponseLease } from './shared-lease.ts'
import type { Seen, SharedResponses, Wanted } from './shared-responses.ts'
import type { StoredResponse } from './stored-response.ts'

export interface SeekOptions {
  tags: TagSpace
  tier: SharedTier
  fences: Fences
  responses: Responses
  shared: SharedResponses
  /** How long to wait for another process' handler, in milliseconds. */
  waitMs: number
  /** How old what memory holds may be, by proof, while Redis cannot be asked. Milliseconds. */
  allowanceMs: number
}

export interface Search extends Wanted {
  /** Ask for the right to make the response if there is none. */
  readonly leads: boolean
  /** Whether a response is still good enough for this request. */
  isGoodEnough(stored: StoredResponse): boolean
}

/** What a search came to. */
export type Sought =
  | { readonly stored: StoredResponse; readonly from: 'memory' | 'redis' }
  | {
      readonly stored: undefined
      /** The right to make it for all processes; null: only for this request, and this process' memory. */
      readonly lease: ResponseLease | null
      /** What the handler begins with. */
      readonly stamp: Stamp
      /** For how long nobody is to wait for such a response, in milliseconds. */
      readonly unstorableMs: number
    }

/** What is waited between two looks at what another process makes, in milliseconds. */
const firstWaitMs = 2
const longestWaitMs = 50

/** Known to no generation: never served without asking Redis, or being excused. */
const noGeneration = -1

/**
 * Looks for responses beyond what memory knows. Never rejects, and waits for Redis no longer than a command may take;
 * while Redis is known to be down it does not wait at all.
 */
export interface Seek {
  /**
   * Memory's own, once Redis has said that it holds; what Redis has; then what another process is making; else the
   * handler is to run.
   */
  find(search: Search): Promise<Sought>
  /** The same for a response that is to replace a stale one; null where another process is making it. */
  renew(search: Search): Promise<Sought | null>
}

export function createSeek(options: SeekOptions): Seek {
  const { tags, tier, fences, responses, shared, waitMs, allowanceMs } = options
  const scope = tags.scope(httpNamespace)

  async function ask(search: Search): Promise<Sought> {
    const held = uncertain(search)
    if (held && (await shared.prove(held)) && fences.standing(held) !== 'overtaken') {
      if (search.isGoodEnough(held)) return { stored: held, from: 'memory' }
    }
    const seen = await shared.look(search)
    if (seen.stored && search.isGoodEnough(seen.stored)) return { stored: seen.stored, from: 'redis' }
    if (!search.leads || seen.unstorableMs > 0) return alone(search, seen.unstorableMs)
    return acquire(search, seen)
  }

  const uncertain = ({ dependencies: { key }, facts }: Search) => responses.findUncertain(key, facts)

  function alone({ dependencies }: Search, unstorableMs: number): Sought {
    return { stored: undefined, lease: null, stamp: fences.begin(dependencies.tags), unstorableMs }
  }

  async function acquire(search: Search, first: Seen): Promise<Sought> {
    const endsAt = tags.clock() + waitMs
    let seen = first
    let pauseMs = firstWaitMs
    while (tags.clock() < endsAt) {
      const opened = await shared.open(search, seen)
      if (opened.state === 'granted') return { stored: undefined, ...opened, unstorableMs: 0 }
      if (opened.state === 'stored') {
        seen = opened.seen
        if (seen.stored && search.isGoodEnough(seen.stored)) return { stored: seen.stored, from: 'redis' }
        if (seen.unstorableMs > 0) return alone(search, seen.unstorableMs)
        continue
      }
      await tier.wait(pauseMs * (0.5 + tier.random()))
      pauseMs = Math.min(longestWaitMs, pauseMs * 1.5)
    }
    return alone(search, 0)
  }

  /** Redis cannot be asked: what was proved a moment ago is as good as an answer on its way. */
  function offline(search: Search): Sought {
    const held = uncertain(search)
    const isExcused = held && tier.excuses(held.fence, scope, allowanceMs) && search.isGoodEnough(held)
    if (isExcused) return { stored: held, from: 'memory' }
    const stamp = { ...fences.begin(search.dependencies.tags), generation: noGeneration }
    return { stored: undefined, lease: null, stamp, unstorableMs: 0 }
  }

  async function askAnew(search: Search): Promise<Sought | null> {
    const seen = await shared.look(search)
    if (seen.stored && search.isGoodEnough(seen.stored)) return { stored: seen.stored, from: 'redis' }
    if (seen.unstorableMs > 0) return alone(search, seen.unstorableMs)
    const opened = await shared.open(search, seen)
    return opened.state === 'granted' ? { stored: undefined, ...opened, unstorableMs: 0 } : null
  }

  /** Whatever a look at Redis fails of, the handler can answer. */
  async function online<T>(search: Search, run: (search: Search) => Promise<T>): Promise<T | Sought> {
    try {
      await tier.settled()
      return tier.reachable() ? await run(search) : offline(search)
    } catch {
      return offline(search)
    }
  }

  return {
    find: (search) => online(search, ask),
    renew: (search) => online(search, askAnew),
  }
}
