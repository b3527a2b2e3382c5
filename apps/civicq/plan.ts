import type { Deployment } from '@hotpath/load/capacity'

/**
 * How CivicQ is meant to be run for an election: `hotpath capacity plan run-*.json --deployment civicq` holds it against
 * measured pods.
 */
export const deployment: Deployment = {
  name: 'civicq',
  // What a user asks for is measured: runs of `hotpath load civicq --users …` say it.
  load: { users: 10_000, headroom: 0.3 },
  budget: 'p95 < 500ms',
  instances: { least: 10, most: 20, cores: 2, memoryGiB: 4, processes: 2, poolSize: 8, spare: 1 },
  primary: { cores: 8, memoryGiB: 32, maxConnections: 400 },
  replicas: { least: 3, most: 5, cores: 8, memoryGiB: 32, maxConnections: 400 },
  redis: { nodes: 3, memoryGiB: 8 },
  monthlyCost: { least: 2_000, most: 5_000 },
  prices: 'prices.yaml',
}
