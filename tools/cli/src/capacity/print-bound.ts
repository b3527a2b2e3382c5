import type { PlanBound } from '@hotpath/load/capacity'

/** What is known of a peak although a plan for it is refused, and what to do next. */
export function boundText(
  bound: PlanBound | null,
  { budget, peak }: { budget: string; peak: number },
): string {
  if (bound === null) return `${budget} held at no measured rate: measure at lower ones.`
  const { ratePerPod, mostPods, measureAt } = bound
  const pods = mostPods === null ? 'more pods than anybody runs' : `${mostPods} pods at most`
  const next =
    measureAt === null
      ? ''
      : `\nTo learn more, drive it once more with --rate ${Math.ceil(measureAt)} or above.`
  return `Known without a forecast, as measured: one pod carries at least ${figure(ratePerPod)}/s within ${budget}, so that a peak of ${figure(peak)}/s takes ${pods}, headroom and spare ones included.${next}`
}

/** Why the manifest that was asked for is not there. */
export const notEmitted = (file: string): string =>
  `${file} is not written: without a plan there is no autoscaler.`

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
