/** The turns at which keys were invalidated, the last of each: tells whether what was asked before is still it. */
export interface KeyDrops {
  add(name: string, turn: number): void
  droppedSince(name: string, turn: number): boolean
}

/** Keys remembered; what was asked for before an older one counts as dropped. */
const mostKeys = 10_000

export function createKeyDrops(): KeyDrops {
  const turns = new Map<string, number>()
  let floor = -1
  let newest = -1
  return {
    add(name, turn) {
      newest = turn
      turns.delete(name) // So that the map stays in the order of the last drop.
      turns.set(name, turn)
      if (turns.size <= mostKeys) return
      const [oldest, oldestTurn] = turns.entries().next().value!
      turns.delete(oldest)
      floor = oldestTurn
    },
    droppedSince: (name, turn) => newest > turn && (turns.get(name) ?? floor) > turn,
  }
}
