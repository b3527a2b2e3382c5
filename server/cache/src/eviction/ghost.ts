/**
 * Remembers by their hashes which entries left last: S3-FIFO's ghost queue, kept as a table as the paper proposes.
 * An entry of the store costs it 12 to 16 bytes. It may forget early, and may very rarely remember what never was;
 * either costs a wrong place in a queue and nothing else.
 */
export interface Ghost {
  /** Remembers a hash as the newest of at most `capacity`. */
  add(hash: number, capacity: number): void
  /** Whether the hash is among the last `capacity` added; forgets it. */
  take(hash: number, capacity: number): boolean
  clear(): void
  /** Bytes of the table. */
  bytes(): number
}

/** Cells that a hash may be in: four fill a table to two thirds and lose almost nothing. */
const ways = 4
/** Cells per remembered hash when the table grows; it grows again below the second figure. */
const roomy = 2
const tight = 1.5

export function createGhost(): Ghost {
  let buckets = 1
  // Pairs of fingerprint (hash + 1; 0 is an empty cell) and the number of the addition, modulo 2^32.
  let cells = new Uint32Array(2 * ways * buckets)
  let added = 0
  const age = (cell: number) => (added - cells[cell + 1]!) >>> 0
  const firstCell = (hash: number) => 2 * ways * (hash % buckets)

  function put(hash: number, stamp: number): void {
    const first = firstCell(hash)
    let chosen = first
    for (let cell = first; cell < first + 2 * ways; cell += 2) {
      if (cells[cell] === 0 || cells[cell] === hash + 1) {
        chosen = cell
        break
      }
      if (age(cell) > age(chosen)) chosen = cell
    }
    cells[chosen] = hash + 1
    cells[chosen + 1] = stamp
  }

  function grow(capacity: number): void {
    const before = cells
    buckets = Math.ceil((capacity * roomy) / ways)
    cells = new Uint32Array(2 * ways * buckets)
    for (let cell = 0; cell < before.length; cell += 2) {
      if (before[cell] !== 0) put(before[cell]! - 1, before[cell + 1]!)
    }
  }

  return {
    add(hash, capacity) {
      if (ways * buckets < capacity * tight) grow(capacity)
      added = (added + 1) >>> 0
      put(hash, added)
    },
    take(hash, capacity) {
      const first = firstCell(hash)
      for (let cell = first; cell < first + 2 * ways; cell += 2) {
        if (cells[cell] !== hash + 1) continue
        cells[cell] = 0
        return age(cell) < capacity
      }
      return false
    },
    clear: () => void cells.fill(0),
    bytes: () => cells.byteLength,
  }
}
