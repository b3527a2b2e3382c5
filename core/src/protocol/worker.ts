/** Which process of a fleet answered. */
export interface Worker {
  pid: number
  /** Counted from 1 among the processes that `hotpath start --workers` began; null for one that stands alone. */
  number: number | null
}

/** Which processes of a fleet an answer is put together from. */
export interface FleetShare {
  /** How many there are. */
  workers: number
  /** Numbers of those that did not answer within a second, and are left out. */
  missing: number[]
}
