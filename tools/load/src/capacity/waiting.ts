/** A station that requests queue at. */
export interface Station {
  /** How many it serves at a time. */
  servers: number
  /** How long one is served, in milliseconds. */
  serviceMs: number
  /** (variability of arrivals + variability of service) ÷ 2, as squared coefficients of variation; 1 is Poisson and exponential. */
  variability: number
}

/**
 * The time that all but a share of 1 − `quantile` wait at most, in milliseconds; infinite at or above full use. The
 * mean wait is Sakasegawa's approximation ("An Approximation Formula L_q ≃ α·ρ^β/(1−ρ)", 1977), exact for one server
 * (Pollaczek and Khinchine) and close to Erlang's C for several; those who wait do so for an exponential time.
 */
export function waitMs(
  { servers, serviceMs, variability }: Station,
  utilisation: number,
  quantile: number,
): number {
  if (utilisation <= 0) return 0
  if (utilisation >= 1) return Infinity
  const waiting = utilisation ** (Math.sqrt(2 * (servers + 1)) - 1)
  if (waiting <= 1 - quantile) return 0
  const meanOfThoseWhoWait = (variability * serviceMs) / (servers * (1 - utilisation))
  return meanOfThoseWhoWait * Math.log(waiting / (1 - quantile))
}
