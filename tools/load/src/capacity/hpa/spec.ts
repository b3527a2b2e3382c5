/** What the autoscaler looks at. */
export type HpaMetric =
  /** Use of the CPU as a percentage of what the pods request. */
  | { kind: 'cpu'; targetUtilisation: number }
  /** Requests per second of a pod, on average. */
  | { kind: 'requests'; targetAverage: number }

/** How far replicas may move within a period. */
export interface HpaPolicy {
  type: 'Pods' | 'Percent'
  value: number
  periodSeconds: number
}

/** One direction of scaling. */
export interface HpaRules {
  stabilisationSeconds: number
  /** Which of several policies counts: that of the largest change, of the smallest, or none at all. */
  select: 'Max' | 'Min' | 'Disabled'
  policies: readonly HpaPolicy[]
  /** Ratios this near to 1 change nothing. */
  tolerance: number
}

/** A HorizontalPodAutoscaler (autoscaling/v2), as far as it decides how many pods there are. */
export interface HpaSpec {
  name: string
  minReplicas: number
  maxReplicas: number
  metrics: readonly HpaMetric[]
  scaleUp: HpaRules
  scaleDown: HpaRules
}

/** What Kubernetes does where a manifest says nothing (its API reference, autoscaling/v2). */
export const hpaDefaults: Pick<HpaSpec, 'minReplicas' | 'scaleUp' | 'scaleDown'> = {
  minReplicas: 1,
  scaleUp: {
    stabilisationSeconds: 0,
    select: 'Max',
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
    tolerance: 0.1,
  },
  scaleDown: {
    stabilisationSeconds: 300,
    select: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    tolerance: 0.1,
  },
}
