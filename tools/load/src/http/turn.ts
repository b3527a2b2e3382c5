/** One turn of the event loop: what it reads was ready together, and is worked on when all of it is read. */
export interface Turn<T> {
  /** When what is read now was ready (performance.now()). */
  readyAt(): number
  /** Leaves `item` to be worked on at the end of the turn. */
  add(item: T): void
  /** Does at once what is left. */
  finish(): void
}

/**
 * The kernel names all that is ready at once, and it is no fault of the server that its answers are read one after the
 * other; nor shall the work on one of them make the others look late.
 */
export function createTurn<T>(work: (item: T) => void): Turn<T> {
  let readyAt = Number.NaN
  let items: T[] = []
  let endsSoon = false

  function begin(): void {
    if (endsSoon) return
    endsSoon = true
    setImmediate(end)
  }

  function finish(): void {
    const done = items
    items = []
    for (const item of done) work(item)
  }

  function end(): void {
    endsSoon = false
    readyAt = Number.NaN
    finish()
  }

  return {
    readyAt() {
      if (Number.isNaN(readyAt)) {
        readyAt = performance.now()
        begin()
      }
      return readyAt
    },
    add(item) {
      items.push(item)
      begin()
    },
    finish,
  }
}
