/** An estimate and the bounds between which the true value lies with the confidence asked for. */
export interface Interval {
  estimate: number
  low: number
  high: number
  /** The confidence that the bounds have in fact: exact methods can only choose between a few. */
  confidence: number
}
