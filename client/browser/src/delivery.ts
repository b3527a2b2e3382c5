import { beaconLimits, type BeaconView } from '@hotpath/core/beacon'
import type { Pending } from './pending.ts'

/** A request that the browser sends when the page is gone, unless it is called off before (Fetch, deferred). */
type FetchLater = (url: string, init: RequestInit) => { readonly activated: boolean }

export interface DeliveryOptions {
  endpoint: string
  pending: Pending
  /** The text of a beacon with these views. */
  write: (views: readonly BeaconView[]) => string
}

/** Sees to it that what is measured arrives, each figure once. */
export interface Delivery {
  /** Says what was measured, by `tell`, and prepares to send it. */
  update(tell: (pending: Pending) => void): void
  /** Another navigation began at `start`: what was measured before is soon final. */
  turn(start: number): void
}

/** How long figures of what was before may come after a new navigation has begun. */
const settlingMs = 3_000

/**
 * Where the browser has fetchLater, it holds what it shall send at the end of the page, replaced at each change: it
 * arrives even after a crash. Elsewhere it is sent when the page is hidden, which loses what comes later.
 */
export function createDelivery({ endpoint, pending, write }: DeliveryOptions): Delivery {
  let fetchLater = (globalThis as { fetchLater?: FetchLater }).fetchLater
  let held: { readonly activated: boolean } | undefined
  let holding: AbortController | undefined

  function text(except?: number): string | undefined {
    const views = pending.views(except).slice(-beaconLimits.views)
    if (!views[0]) return undefined
    const body = write(views)
    // Half of the limit, as a character may take more than a byte; what does not fit is not worth a second request.
    return body.length > beaconLimits.bytes / 2 ? write(views.slice(-1)) : body
  }

  /** What was held may have gone out: then it is over with. */
  function notice(): void {
    if (held?.activated) pending.settle()
    held = undefined
  }

  function hold(): void {
    holding?.abort()
    const body = text()
    if (!fetchLater || body === undefined) return
    holding = new AbortController()
    try {
      held = fetchLater(endpoint, { method: 'POST', body, signal: holding.signal })
    } catch {
      // Not allowed here, or too much of it: as if there were none.
      fetchLater = undefined
    }
  }

  function send(except?: number): void {
    notice()
    const body = text(except)
    if (body !== undefined && navigator.sendBeacon(endpoint, body)) pending.settle(except)
    hold()
  }

  const leave = () => {
    if (!fetchLater && document.visibilityState === 'hidden') send()
  }
  addEventListener('visibilitychange', leave, true)
  addEventListener('pagehide', leave, true)

  return {
    update(tell) {
      notice()
      tell(pending)
      hold()
    },
    turn: (start) => void setTimeout(() => send(start), settlingMs),
  }
}
