import { hoursPerMonth, monthlyCost, type Prices } from '../prices.ts'
import type { Deployment } from './deployment.ts'

/** What a deployment costs in a month. */
export interface DeploymentCost {
  currency: string
  instances: number
  database: number
  redis: number
  /** Load balancer, CDN and all else that the prices name by the month. */
  rest: number
  total: number
  /** Whether that is what a month may cost; null where the deployment does not say. */
  judgement: 'inside' | 'below' | 'above' | null
}

/** What so many hours of an instance, so many replicas and all the rest cost in a month. */
export function deploymentCost(
  prices: Prices,
  { primary, replicas, redis, instances, monthlyCost: range }: Deployment,
  { instanceHours, replicas: count }: { instanceHours: number; replicas: number },
): DeploymentCost {
  const { pods, rest } = monthlyCost(prices, { ...instances, podHours: instanceHours })
  const nodeCost = ({ cores, memoryGiB }: { cores: number; memoryGiB: number }) =>
    hoursPerMonth * (cores * prices.database.cpuHour + memoryGiB * prices.database.memoryGiBHour)
  const database = nodeCost(primary) + (replicas ? count * nodeCost(replicas) : 0)
  const ofRedis = redis ? hoursPerMonth * redis.nodes * redis.memoryGiB * prices.redis.memoryGiBHour : 0
  const total = pods + rest + database + ofRedis
  return {
    currency: prices.currency,
    instances: pods,
    database,
    redis: ofRedis,
    rest,
    total,
    judgement: range ? judge(total, range) : null,
  }
}

function judge(total: number, { least, most }: { least: number; most: number }) {
  if (total > most) return 'above'
  return total < least ? 'below' : 'inside'
}
