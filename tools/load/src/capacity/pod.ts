import type { CapacityFit } from './fit.ts'
import type { PodModel } from './hpa/simulate.ts'

export interface PodOptions {
  /** Requests per second that one pod serves within the promise. */
  ratePerPod: number
  /** Pods that the measured server is worth. @default 1 */
  measuredPods?: number
  /** Cores that a pod requests. */
  cores: number
  /** How fast the traffic grows at its fastest, as a share per minute. @default 0.2 */
  growthPerMinute?: number
  /** From being asked for until a pod takes requests, in seconds. @default 20 */
  startSeconds?: number
}

/** Until the autoscaler sees a change and acts: half a window of figures, and one round of the controller. */
const reactionSeconds = 45

/** One pod as the autoscaler meets it. */
export interface PlannedPod {
  model: PodModel
  /** Target of the autoscaler, per cent of the CPU that is requested: what is left grows full while pods start. */
  cpuTarget: number
  /** Use of the CPU that is requested at the limit of the promise, 1 being all of it. */
  atKnee: number
}

/** A pod of the measured kind. */
export function podOf(fit: CapacityFit, options: PodOptions): PlannedPod {
  const { ratePerPod, measuredPods = 1, cores, growthPerMinute = 0.2, startSeconds = 20 } = options
  const { base, mean } = cpuOf(fit)
  const baseCores = base / measuredPods
  const atKnee = (baseCores + mean * ratePerPod) / cores
  const growth = 1 + (growthPerMinute * (reactionSeconds + startSeconds)) / 60
  return {
    atKnee,
    cpuTarget: Math.max(10, Math.min(90, Math.floor((100 * atKnee) / growth))),
    model: {
      requestCores: cores,
      baseCores,
      cpuSecondsPerRequest: mean,
      kneeRate: ratePerPod,
      limitRate: Math.max(ratePerPod, fit.demands[0]!.mostPerSecond / measuredPods),
      startSeconds,
      warmupSeconds: 20,
      warmupFactor: 2,
    },
  }
}

/** What kubelets report as CPU: that of the whole process. */
function cpuOf({ demands }: CapacityFit): { base: number; mean: number } {
  const order = ['process CPU', 'event loop', 'machine CPU'] as const
  for (const name of order) {
    const found = demands.find(({ resource }) => resource === name)
    if (found) return found
  }
  return { base: 0, mean: 0 }
}
