import { type DatabaseHealth, type DatabaseReport, paths, type Worker } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import { sizePool } from './pool-advice.ts'
import type { Replicas } from './replicas.ts'
import { type Answer, sendJson } from './respond.ts'

/** Most statements of one answer. */
const limit = 200

/**
 * The guarded paths of the database. Reports hold values of statements for administrators, and only where the
 * application lets them out (the tap's `parameters: 'export'`).
 */
export function databasePaths(
  database: Database,
  { worker, replicas }: { worker: Worker; replicas: Replicas },
): Record<string, Answer> {
  return {
    [`GET ${paths.database}`]: async (_, response, { role }) => {
      const report = await database.tap.report({ limit, parameters: role === 'administrator' })
      const { kind, pool } = database
      const sizing = await sizePool(database).catch(() => null)
      const router = replicas.router?.report() ?? null
      const all = { worker, kind, pool: pool.stats(), sizing, router, ...report }
      sendJson(response, 200, all satisfies DatabaseReport)
    },
    [`GET ${paths.databaseHealth}`]: async (_, response) => {
      const health = { worker, kind: database.kind, ...(await checkHealth(database)) }
      sendJson(response, 200, health satisfies DatabaseHealth)
    },
  }
}
