/** Which process of a fleet answered. */
export interface Worker {
  pid: number
  /** Counted from 1 among the processes that `hotpath start --workers` began; null for one that stands alone. */
  number: number | null
}
