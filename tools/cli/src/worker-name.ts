import type { Worker } from '@hotpath/core'

/** Which process answered, in words: each of several keeps figures of its own. */
export function workerName({ pid, number }: Worker): string {
  return number === null
    ? `Process ${pid}`
    : `Worker ${number} (process ${pid}); each worker answers for itself`
}
