/**
 * When what is read now was ready (performance.now()): the same moment for all that one turn of the event loop reads. The
 * kernel named it all at once, and it is no fault of the server that its answers are read one after the other.
 */
export function createReadClock(): () => number {
  let readyAt = Number.NaN
  const end = () => {
    readyAt = Number.NaN
  }
  return () => {
    if (Number.isNaN(readyAt)) {
      readyAt = performance.now()
      setImmediate(end)
    }
    return readyAt
  }
}
