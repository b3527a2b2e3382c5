import type { Address, Lease, SharedTier } from '@hotpath/cache'
import type { Clock } from '@hotpath/core'
import { bytesOf } from './chunk.ts'
import type { Responses } from './responses.ts'
import { firstPlace } from './shared-place.ts'
import { encodeResponse, type SharedResponse, unstorable, wholeResponse } from './shared-record.ts'
import type { Ingredients, StoredResponse } from './stored-response.ts'

/** The right to make a response for all processes. Ends with the first call. */
export interface ResponseLease {
  /** Stores what was made; drops it from memory again if Redis knows that it was overtaken. */
  fill(stored: StoredResponse, ingredients: Ingredients): void
  /** Nothing came of it: the next one may try. */
  release(): void
  /** What came of it cannot be stored: nobody is to wait for the next. */
  refuse(): void
}

export interface LeaseParts {
  readonly tier: SharedTier
  readonly responses: Responses
  /** Milliseconds since 1970. */
  readonly clock: Clock
  /** How long the marker of a response that cannot be stored lasts, in milliseconds. */
  readonly hitForMissMs: number
}

export interface LeaseGrant {
  readonly lease: Lease
  readonly address: Address
  /** The first response of the target, as far as there is one. */
  readonly first: SharedResponse | undefined
}

const marker = { format: unstorable, body: new Uint8Array(), loadMs: 0, tags: [], staleMs: 0, keepMs: 0 }

export function createResponseLease(parts: LeaseParts, { lease, address, first }: LeaseGrant): ResponseLease {
  const { tier, responses, clock, hitForMissMs } = parts
  const grantedAt = clock()
  let hasEnded = false

  function once(end: () => Promise<unknown>): void {
    if (hasEnded) return
    hasEnded = true
    // A lease that Redis does not give back ends by itself: nobody prolongs it any more.
    end().catch(() => {})
  }

  async function store(stored: StoredResponse, ingredients: Ingredients): Promise<void> {
    const now = clock()
    const freshMs = Math.max(0, stored.freshUntil - now)
    const staleMs = windowMs(stored, stored.staleMs, now)
    const keepMs = windowMs(stored, stored.errorMs, now)
    const { isStored } = await fill({
      format: wholeResponse,
      body: encodeResponse(sharedOf(ingredients)),
      loadMs: Math.max(0, now - grantedAt),
      tags: stored.tags,
      freshMs,
      staleMs,
      keepMs: Math.max(staleMs, keepMs),
    })
    if (!isStored) responses.remove(stored)
  }

  async function fill(
    content: Omit<Parameters<SharedTier['fill']>[2], 'size'>,
  ): Promise<{ isStored: boolean }> {
    const { stored } = await tier.fill(lease, address, { ...content, size: content.body.byteLength })
    return { isStored: stored }
  }

  function sharedOf(ingredients: Ingredients): SharedResponse {
    const { head, body, terms, isDeclaredPublic, varyValues, route, madeWith, at, bound } = ingredients
    const { key, url, target } = bound
    const isFirst = lease.place.name === firstPlace(target).name
    const keepsSet = first !== undefined && (!isFirst || sameNames(first.terms.vary, terms.vary))
    return {
      key,
      url,
      target,
      set: keepsSet ? first.set : lease.token,
      at: at - clock() + tier.redisNow(),
      head,
      body: bytesOf(body),
      terms,
      isDeclaredPublic,
      varyValues,
      route,
      madeWith,
    }
  }

  return {
    fill(stored, ingredients) {
      once(() => {
        if (!isWorthSharing(stored, clock())) return tier.release(lease)
        stored.id = lease.token
        return store(stored, ingredients)
      })
    },
    release: () => once(() => tier.release(lease)),
    refuse: () => once(() => fill({ ...marker, freshMs: hitForMissMs })),
  }
}

/** Not what is only good for being confirmed by the handler that made it. */
const isWorthSharing = ({ freshUntil, staleMs, errorMs }: StoredResponse, now: number) =>
  now < freshUntil + Math.max(0, staleMs, errorMs)

/** What is left of a window of so many milliseconds once freshness has ended. */
const windowMs = ({ freshUntil }: StoredResponse, lengthMs: number, now: number) =>
  Math.max(0, freshUntil + lengthMs - Math.max(now, freshUntil))

const sameNames = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((name, index) => name === others[index])
