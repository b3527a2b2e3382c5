import { createFairQueue } from './fair-queue.ts'

/** Why a request was not let in. */
export type Refusal = 'queue' | 'wait'

/** Somebody who wants in, and what becomes of it: exactly one of the two is called, once. */
export interface Visitor {
  /** Whom it belongs to: those who wait are let in by client in turn. */
  readonly client: string
  enter(): void
  refuse(reason: Refusal): void
}

/** Lets so many in at one time; the others wait for a while. */
export interface Gate {
  /** Calls back at once where there is room, or no place to wait. Returns what takes back a visitor that waits. */
  arrive(visitor: Visitor): () => void
  /** One of those who entered has left. */
  leave(): void
  inside(): number
  waiting(): number
}

export interface GateOptions {
  readonly max: number
  /** Most visitors that wait. */
  readonly queue: number
  /** How long one waits at most, in milliseconds. */
  readonly waitMs: number
}

interface Place {
  readonly visitor: Visitor
  timer: NodeJS.Timeout | undefined
}

/** Makes a gate with nobody inside. */
export function createGate({ max, queue: capacity, waitMs }: GateOptions): Gate {
  const queue = createFairQueue<Place>(capacity, (place) => {
    clearTimeout(place.timer)
    place.visitor.refuse('queue')
  })
  let inside = 0

  return {
    arrive(visitor) {
      if (inside < max) {
        inside += 1
        visitor.enter()
        return () => {}
      }
      const place: Place = { visitor, timer: undefined }
      if (!queue.push(visitor.client, place)) {
        visitor.refuse('queue')
        return () => {}
      }
      place.timer = setTimeout(() => {
        if (queue.remove(visitor.client, place)) visitor.refuse('wait')
      }, waitMs)
      return () => {
        clearTimeout(place.timer)
        queue.remove(visitor.client, place)
      }
    },
    leave() {
      const next = queue.shift()
      if (!next) {
        inside -= 1
        return
      }
      // Its place is taken over as it is: nobody can slip in between.
      clearTimeout(next.timer)
      next.visitor.enter()
    },
    inside: () => inside,
    waiting: () => queue.size(),
  }
}
