/** One shape of growth: throughput over load, up to a factor. */
export interface ScalingCurve {
  family: ScalingFamily
  /** Throughput at `load`, in multiples of that at load 1 of a system without losses. */
  at(load: number): number
  /** How likely it is before anything was measured; those of a family add up to its share. */
  prior: number
}

/**
 * `linear`: no losses. `amdahl`: a part that is done one at a time (Amdahl 1967). `usl`: that, and a cost of agreement
 * that grows with the square (Gunther, "A General Theory of Computational Scalability", 2008). `bounded`: a resource
 * that is used up, more or less suddenly (the asymptotic bounds of operational analysis, Denning and Buzen 1978).
 */
export type ScalingFamily = 'linear' | 'amdahl' | 'usl' | 'bounded'

/**
 * Every curve that is considered, for loads measured up to `most`: each family as a grid of its parameters, which are
 * relative to `most`, so that the unit of load does not matter.
 */
export function scalingCurves(most: number): ScalingCurve[] {
  // What is lost at the highest load that was measured, by waiting and by agreement: from a thousandth to many times.
  const losses = Array.from({ length: 28 }, (_, index) => 0.002 * 1.45 ** index)
  const sizes = Array.from({ length: 28 }, (_, index) => 0.25 * 1.12 ** index)
  return [
    ...family('linear', [(load) => load]),
    ...family(
      'amdahl',
      losses.map((waiting) => (load) => load / (1 + (waiting * load) / most)),
    ),
    ...family(
      'usl',
      losses.flatMap((waiting) =>
        losses.map(
          (agreement) => (load: number) =>
            load / (1 + (waiting * load) / most + agreement * (load / most) ** 2),
        ),
      ),
    ),
    ...family(
      'bounded',
      sizes.flatMap((size) =>
        [2, 4, 8].map(
          (sharpness) => (load: number) =>
            load / (1 + (load / (size * most)) ** sharpness) ** (1 / sharpness),
        ),
      ),
    ),
  ]
}

function family(name: ScalingFamily, shapes: ((load: number) => number)[]): ScalingCurve[] {
  return shapes.map((at) => ({ family: name, at, prior: 1 / shapes.length }))
}
