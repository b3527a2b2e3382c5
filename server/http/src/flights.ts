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
  /** Ends the wait of the followers, whatever becomes of the leader. */
  timer: NodeJS.Timeout | undefined
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
}

/** Keeps the flights of one cache. */
export function createFlights({ fences, waitMs }: FlightOptions): Flights {
  const flights = new Map<string, Flight>()

  function settle(flight: Flight, stored: StoredResponse | undefined): void {
    if (stored === undefined) flight.lease?.release()
    if (flight.isSettled) return
    flight.isSettled = true
    clearTimeout(flight.timer)
    if (flights.get(flight.key) === flight) flights.delete(flight.key)
    for (const follower of flight.followers) follower(stored)
    flight.followers.length = 0
  }

  function settleAfter(flight: Flight, ms: number): void {
    clearTimeout(flight.timer)
    flight.timer = setTimeout(settle, ms, flight, undefined)
    flight.timer.unref()
  }

  return {
    settle,
    find(key) {
      const flight = flights.get(key)
      // Never join a load that something dropped meanwhile has overtaken: its answer may be from before.
      return flight && fences.mayShare(flight.dependencies, flight.stamp) ? flight : undefined
    },
    lead(key, dependencies, stamp) {
      const flight: Flight = {
        key,
        dependencies,
        stamp,
        followers: [],
        lease: null,
        timer: undefined,
        isSettled: false,
      }
      flights.set(key, flight)
      settleAfter(flight, waitMs)
      return flight
    },
    follow: (flight, follower) => void flight.followers.push(follower),
    hurry(flight) {
      if (!flight.isSettled) settleAfter(flight, Math.min(hurryMs, waitMs))
    },
  }
}
