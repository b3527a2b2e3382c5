/** One receiver of a share: how much it weighs, and the least and most it takes. */
export interface Share {
  weight: number
  least: number
  most: number
}

/**
 * Divides `total` whole units in proportion to the weights, within each one's bounds. The sum is `total`, unless the
 * bounds forbid it: then it is the nearest that they allow.
 */
export function allocate(total: number, shares: readonly Share[]): number[] {
  const given = shares.map(({ least }) => least)
  let left = total - given.reduce((sum, units) => sum + units, 0)
  while (left > 0) {
    const open = shares.flatMap((share, at) => (given[at]! < share.most ? [at] : []))
    if (open.length === 0) break
    const weights = open.reduce((sum, at) => sum + shares[at]!.weight, 0)
    const before = left
    for (const at of open) {
      const wanted = Math.floor((before * shares[at]!.weight) / weights)
      const units = Math.min(wanted, shares[at]!.most - given[at]!, left)
      given[at] = given[at]! + units
      left -= units
    }
    if (left === before) return spread(given, shares, left)
  }
  return given
}

/** The last few units, too few to be divided: one each, to the heaviest first. */
function spread(given: number[], shares: readonly Share[], units: number): number[] {
  const heaviest = [...shares.keys()].sort((a, b) => shares[b]!.weight - shares[a]!.weight || a - b)
  let left = units
  for (const at of heaviest) {
    if (left === 0) break
    if (given[at]! >= shares[at]!.most) continue
    given[at] = given[at]! + 1
    left--
  }
  return given
}
