import type { Dependencies } from './dependencies.ts'
import type { Fences, Stamp } from './fences.ts'
import type { ResponseLease } from './shared-lease.ts'
import type { StoredResponse } from './stored-response.ts'

/** Called once: with the answer, or with nothing when the follower has to find its own. */
export type Follower = (stored: StoredResponse | undefined) => void

/** A handler at work for one key, and those who wait for its answer. */
export interface Flight {
  /** The key of those who may share the answer. */
  readonly key: string
  readonly dependencies: Dependencies
  readonly stamp: Stamp
  readonly followers: Follower[]
  /** The right to make the answer for all processes; null without one. */
  lease: ResponseLease | null
  /** Ends the wait of the followers, whatever becomes of the leader; there is none while nobody waits. */
  timer: NodeJS.Timeout | undefined
  /** When that is, in milliseconds of `performance.now()`. */
  endsAt: number
  isSettled: boolean
}

/** Request collapsing: one handler at a time for one key. */
export interface Flights {
  /** The flight that a request arriving now may join. */
  find(key: string): Flight | undefined
  lead(key: string, dependencies: Dependencies, stamp: Stamp): Flight
  follow(flight: Flight, follower: Follower): void
  /** Hands the followers the stored response, or sends them on their own way, other processes too. Later calls do nothing. */
  settle(flight: Flight, stored: StoredResponse | undefined): void
  /** The leader's client is gone: its handler may still answer, but is not waited for much longer. */
  hurry(flight: Flight): void
}

/** How long followers go on waiting for a leader whose client has gone. Frameworks still end such a response. */
const hurryMs = 2_000

export interface FlightOptions {
  fences: Fences
  /** How long followers wait at most, in milliseconds. */
  waitMs: number
  /** Whether flights hold rights that other processes wait for: those end in time, too. @default false */
  areShared?: boolean
}

/** Keeps the flights of one cache. */
export function createFlights({ fences, waitMs, areShared = false }: FlightOptions): Flights {
  const flights = new Map<string, Flight>()

  function settle(flight: Flight, stored: StoredResponse | undefined): void {
    if (stored === undefined) flight.lease?.release()
    if (flight.isSettled) return
    flight.isSettled = true
    if (flight.timer !== undefined) clearTimeout(flight.timer)
    if (flights.get(flight.key) === flight) flights.delete(flight.key)
    for (const follower of flight.followers) follower(stored)
    flight.followers.length = 0
  }

  function arm(flight: Flight): void {
    clearTimeout(flight.timer)
    flight.timer = setTimeout(settle, Math.max(0, flight.endsAt - performance.now()), flight, undefined)
    flight.timer.unref()
  }

  /** A flight that is left to itself, its timer not set, and whose time is over. */
  function isOver(flight: Flight): boolean {
    if (performance.now() < flight.endsAt) return false
    settle(flight, undefined)
    return true
  }

  return {
    settle,
    find(key) {
      const flight = flights.get(key)
      // Never join a load that something dropped meanwhile has overtaken: its answer may be from before.
      if (!flight || !fences.mayShare(flight.dependencies, flight.stamp)) return undefined
      return isOver(flight) ? undefined : flight
    },
    lead(key, dependencies, stamp) {
      const flight: Flight = {
        key,
        dependencies,
        stamp,
        followers: [],
        lease: null,
        timer: undefined,
        endsAt: performance.now() + waitMs,
        isSettled: false,
      }
      flights.set(key, flight)
      if (areShared) arm(flight)
      return flight
    },
    follow(flight, follower) {
      flight.followers.push(follower)
      if (flight.timer === undefined) arm(flight)
    },
    hurry(flight) {
      if (flight.isSettled) return
      flight.endsAt = performance.now() + Math.min(hurryMs, waitMs)
      // Also where nobody waits: it is not to be found any more, nor to hold its lease.
      arm(flight)
    },
  }
}
