import { bucketSamples, type Family } from './exposition.ts'
import type { StatementMetrics } from './statement-metrics.ts'

const duration = 'hotpath_db_statement_duration_seconds'
const wait = 'hotpath_db_statement_wait_seconds'

/** The metrics of the database, as its callers see it. */
export function databaseFamilies(statements: StatementMetrics, poolWaiting: () => number): Family[] {
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
  ]
}
