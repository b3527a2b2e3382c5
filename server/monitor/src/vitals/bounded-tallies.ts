/** Something counted that was seen at some time. */
interface Tally {
  count: number
  lastAt: number
}

/** Counts of things that anybody may name, at most so many. */
export interface BoundedTallies<T extends Tally> {
  /** The tally of a key, made by `create` where there is none yet; what was forgotten begins anew. */
  at(key: string, now: number, create: () => T): T
  /** Those seen within the last hour, most often first. */
  latest(now: number): T[]
}

const hourMs = 3_600_000

/**
 * Keeps `most` tallies. For a new one the rarest goes, of several the one not seen for the longest time: whoever
 * invents names pushes out the other inventions, not what happens again and again.
 */
export function createBoundedTallies<T extends Tally>(most: number): BoundedTallies<T> {
  const tallies = new Map<string, T>()

  function makeRoom(now: number): void {
    let rarest: string | undefined
    let least: T | undefined
    for (const [key, tally] of tallies) {
      if (isOld(tally, now)) tallies.delete(key)
      else if (least === undefined || isRarer(tally, least)) [rarest, least] = [key, tally]
    }
    if (tallies.size >= most && rarest !== undefined) tallies.delete(rarest)
  }

  return {
    at(key, now, create) {
      let tally = tallies.get(key)
      if (tally && isOld(tally, now)) {
        tallies.delete(key)
        tally = undefined
      }
      if (tally === undefined) {
        if (tallies.size >= most) makeRoom(now)
        tallies.set(key, (tally = create()))
      }
      tally.lastAt = now
      return tally
    },
    latest: (now) =>
      [...tallies.values()].filter((tally) => !isOld(tally, now)).sort((a, b) => b.count - a.count),
  }
}

const isOld = ({ lastAt }: Tally, now: number) => now - lastAt > hourMs

const isRarer = (a: Tally, b: Tally) => a.count < b.count || (a.count === b.count && a.lastAt < b.lastAt)
