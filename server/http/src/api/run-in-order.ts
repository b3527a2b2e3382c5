/** How operations are performed. */
export interface Performing<T, R> {
  /** Most at work at one time. */
  readonly concurrency: number
  /** Whether others may run beside it. */
  readonly isSafe: (operation: T) => boolean
  readonly perform: (operation: T) => Promise<R>
}

/**
 * Performs reads side by side, at most `concurrency` of them, and everything else alone: after all that stands before
 * it and before all that stands after it. Results keep the order.
 */
export async function runInOrder<T, R>(
  operations: readonly T[],
  { concurrency, isSafe, perform }: Performing<T, R>,
): Promise<R[]> {
  const results: Promise<R>[] = []
  const atWork = new Set<Promise<unknown>>()
  for (const operation of operations) {
    if (!isSafe(operation)) await Promise.all(atWork)
    else if (atWork.size >= concurrency) await Promise.race(atWork)
    const work = perform(operation)
    results.push(work)
    const done: Promise<unknown> = work.finally(() => atWork.delete(done))
    atWork.add(done)
    if (!isSafe(operation)) await done
  }
  return Promise.all(results)
}
