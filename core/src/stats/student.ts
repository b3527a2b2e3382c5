/**
 * The two-sided p-value of Student's t: P(|T| ≥ |t|) with `freedom` degrees of freedom ("The Probable Error of a
 * Mean", 1908), by the regularised incomplete beta function.
 */
export function studentP(t: number, freedom: number): number {
  if (Number.isNaN(t) || !(freedom > 0)) return 1
  if (!Number.isFinite(t)) return 0
  return incompleteBeta(freedom / (freedom + t * t), { a: freedom / 2, b: 0.5 })
}

/** I_x(a, b), by its continued fraction (Abramowitz and Stegun, 26.5.8), on the side where that converges quickly. */
function incompleteBeta(x: number, { a, b }: { a: number; b: number }): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, { a, b })) / a
    : 1 - (front * betaFraction(1 - x, { a: b, b: a })) / b
}

/** Evaluated from the front by the modified method of Lentz (Thompson and Barnett, 1986). */
function betaFraction(x: number, { a, b }: { a: number; b: number }): number {
  const tiny = 1e-300
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    result *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    result *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return result
}

/** ln Γ(x) for x > 0: Stirling's series, shifted to where it is exact to fourteen digits. */
function logGamma(x: number): number {
  let shift = 0
  let z = x
  for (; z < 10; z++) shift -= Math.log(z)
  const square = z * z
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / z
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series
}
