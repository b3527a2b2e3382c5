import { roundTripBars } from '../limits/round-trips.ts'
import { takeCostBar } from '../limits/take-cost.ts'
import type { Suite } from '../suite.ts'
import { packageVersion, programVersion } from '../versions.ts'

/** Rate limits beside what Express applications use. */
export const limits: Suite = {
  name: 'limits',
  description: 'rate limits on Redis beside express-rate-limit, and what one costs in memory',
  versions: () => ({
    'express-rate-limit': packageVersion('express-rate-limit'),
    'rate-limit-redis': packageVersion('rate-limit-redis'),
    redis: packageVersion('redis'),
    'redis-server': programVersion('redis-server', '--version'),
  }),
  run: async (context) => [takeCostBar(context), ...(await roundTripBars(context))],
}
