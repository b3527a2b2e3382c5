/**
 * Lets many share one question, of which one is on its way at a time. Who comes while it is shares the next: an answer
 * counts only if it was asked for afterwards.
 */
export function shareAsks<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  let next: Promise<T> | undefined
  function start(): Promise<T> {
    next = undefined
    const mine = ask()
    asked = mine
    const over = (): void => {
      if (asked === mine) asked = undefined
    }
    mine.then(over, over)
    return mine
  }
  return () => {
    if (asked === undefined) return start()
    return (next ??= asked.then(start, start))
  }
}
