import { paths, type Worker } from '@hotpath/core'
import type { Database } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import { type Answer, sendJson } from './respond.ts'

/** Most statements of one answer. */
const limit = 200

/** The guarded paths of the database. Reports hold no values of statements. */
export function databasePaths(database: Database, worker: Worker): Record<string, Answer> {
  return {
    [`GET ${paths.database}`]: async (_, response) => {
      const report = await database.tap.report({ limit })
      sendJson(response, 200, { worker, kind: database.kind, pool: database.pool.stats(), ...report })
    },
    [`GET ${paths.databaseHealth}`]: async (_, response) => {
      sendJson(response, 200, { worker, kind: database.kind, ...(await checkHealth(database)) })
    },
  }
}
