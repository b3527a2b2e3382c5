/** The density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
}

/**
 * P(Z > z) of the standard normal distribution, to about twelve digits in the tails, too: a power series near 0,
 * Laplace's continued fraction beyond (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.11, 26.2.14).
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  if (z > 3) return normalDensity(z) / laplaceFraction(z)
  let term = z
  let sum = z
  for (let k = 1; k < 100 && term > 1e-17 * sum; k++) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 - normalDensity(z) * sum
}

function laplaceFraction(z: number): number {
  let fraction = z
  for (let k = 50; k >= 1; k--) fraction = z + k / fraction
  return fraction
}

/** The z that a standard normal variable exceeds with probability `p`. @throws RangeError unless 0 < p < 1 */
export function normalUpperQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`A probability between 0 and 1 is needed, and ${p} is none.`)
  let low = -40
  let high = 40
  while (high - low > 1e-13 * Math.max(1, Math.abs(low))) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (normalTail(middle) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
