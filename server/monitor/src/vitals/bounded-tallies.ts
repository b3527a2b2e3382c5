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
 * Keeps `most` tallies. When there is no room, those of the last hour but the rarest quarter stay, of equally rare ones
 * those seen last: whoever invents names pushes out the other inventions, not what happens again and again.
 */
export function createBoundedTallies<T extends Tally>(most: number): BoundedTallies<T> {
  const tallies = new Map<string, T>()

  /** A quarter at a time, so that a flood of names does not sort them for each. */
  function makeRoom(now: number): void {
    for (const [key, tally] of tallies) if (isOld(tally, now)) tallies.delete(key)
    const room = Math.ceil(most / 4)
    if (tallies.size <= most - room) return
    const rarest = [...tallies].sort(([, a], [, b]) => a.count - b.count || a.lastAt - b.lastAt)
    for (const [key] of rarest.slice(0, room)) tallies.delete(key)
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
