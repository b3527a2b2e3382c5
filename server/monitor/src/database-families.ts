import { bucketSamples, type Family } from './exposition.ts'
import type { MonitorSources, PoolFigures } from './sources.ts'
import type { StatementMetrics } from './statement-metrics.ts'

const duration = 'hotpath_db_statement_duration_seconds'
const wait = 'hotpath_db_statement_wait_seconds'

/** The metrics of the database, as its callers see it. */
export function databaseFamilies(
  statements: StatementMetrics,
  { poolWaiting, pool }: Pick<MonitorSources, 'poolWaiting' | 'pool'>,
): Family[] {
  return [
    {
      name: duration,
      help: 'From handing a statement to the driver until its answer was read.',
      type: 'histogram',
      samples: () => bucketSamples(duration, statements.durations),
    },
    {
      name: wait,
      help: 'How long a statement waited for its connection; 0 on a connection already held.',
      type: 'histogram',
      samples: () => bucketSamples(wait, statements.waits),
    },
    {
      name: 'hotpath_db_statement_errors_total',
      help: 'Statements that failed.',
      type: 'counter',
      samples: () => [{ value: statements.totals().errors }],
    },
    {
      name: 'hotpath_db_pool_waiting',
      help: 'Callers waiting for a connection now.',
      type: 'gauge',
      samples: () => [{ value: poolWaiting() }],
    },
    ...(pool ? poolFamilies(pool) : []),
  ]
}

function poolFamilies(pool: () => PoolFigures): Family[] {
  return [
    {
      name: 'hotpath_db_pool_connections_max',
      help: 'Most connections of the pool.',
      type: 'gauge',
      samples: () => [{ value: pool().max }],
    },
    {
      name: 'hotpath_db_pool_held_seconds_total',
      help: 'How long connections were out, summed over all of them.',
      type: 'counter',
      samples: () => [{ value: pool().heldMs / 1000 }],
    },
    {
      name: 'hotpath_db_pool_waited_seconds_total',
      help: 'How long callers waited for a connection, summed over all of them.',
      type: 'counter',
      samples: () => [{ value: pool().waitedMs / 1000 }],
    },
  ]
}
