/**
 * Remembers when URLs were last changed by unsafe methods (RFC 9111 §4.4), in a table of fixed size: a URL has a place by
 * its hash, and shares it with others, which then seem changed with it. That costs a needless miss and nothing else; the
 * seed keeps clients from choosing whose.
 */
export interface UrlDrops {
  /** Counts the changes. */
  turn(): number
  placeOf(name: string): number
  drop(names: readonly string[]): void
  /** Whether what lies at a place was changed after a turn. */
  isDropped(place: number, since: number): boolean
}

/** A power of two: among so many places, few URLs share one. What is never written takes no memory. */
const places = 2 ** 20

/** `seed` is a whole number that clients cannot know. */
export function createUrlDrops(seed: number): UrlDrops {
  const turns = new Float64Array(places)
  let turn = 0

  function placeOf(name: string): number {
    let hash = seed
    for (let index = 0; index < name.length; index++) {
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x5bd1_e995)
      hash ^= hash >>> 15
    }
    return hash & (places - 1)
  }

  return {
    turn: () => turn,
    placeOf,
    drop(names) {
      turn += 1
      for (const name of names) turns[placeOf(name)] = turn
    },
    // The first alone, as long as nothing changes: the table is not looked at.
    isDropped: (place, since) => turn > since && turns[place]! > since,
  }
}
