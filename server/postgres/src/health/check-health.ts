import type { Database } from '../database.ts'
import { activityQuery, type SessionRow } from './catalog/activity.ts'
import { type ForeignKeyRow, foreignKeysQuery } from './catalog/foreign-keys.ts'
import { type IndexRow, indexesQuery } from './catalog/indexes.ts'
import { type ServerRow, serverQuery } from './catalog/server.ts'
import { type TableRow, tablesQuery } from './catalog/tables.ts'
import { bySeverity, type Finding } from './finding.ts'
import { connectionUse } from './rules/connections.ts'
import { duplicateIndexes } from './rules/duplicate-indexes.ts'
import { foreignKeysWithoutIndex } from './rules/foreign-keys.ts'
import { invalidIndexes } from './rules/invalid-indexes.ts'
import { blockedSessions, longTransactions } from './rules/sessions.ts'
import { settingsWorthChanging, type SettingsOptions } from './rules/settings.ts'
import { unusedIndexes } from './rules/unused-indexes.ts'
import { vacuumLag } from './rules/vacuum-lag.ts'
import { wraparound } from './rules/wraparound.ts'

type Asked = Pick<Database, 'query'>

export interface HealthOptions extends SettingsOptions {
  /** They count their own index scans: an index that the primary never reads may be theirs. @default none */
  replicas?: readonly Asked[]
}

export interface HealthReport {
  findings: Finding[]
  /** What was looked at. */
  checked: { tables: number; indexes: number; sessions: number; foreignKeys: number; servers: number }
  /** Share of block reads that shared buffers answered; null before there were any. */
  hitRatio: number | null
  connections: { open: number; max: number }
}

/** Looks at a database, PostgreSQL 14 or newer, and says what is worth doing. It reads catalogs and changes nothing. */
export async function checkHealth(database: Asked, options: HealthOptions = {}): Promise<HealthReport> {
  const servers = [database, ...(options.replicas ?? [])]
  const [{ version }] = await ask<{ version: number }>(
    database,
    `select current_setting('server_version_num')::int as version`,
  )
  const indexes = await Promise.all(servers.map((one) => ask<IndexRow>(one, indexesQuery)))
  const states = await Promise.all(servers.map((one) => ask<ServerRow>(one, serverQuery(version))))
  const tables = await ask<TableRow>(database, tablesQuery)
  const sessions = await ask<SessionRow>(database, activityQuery)
  const foreignKeys = await ask<ForeignKeyRow>(database, foreignKeysQuery)
  const server = states[0]![0]
  const countedForMs = 1000 * Math.min(...states.map(([state]) => state.countedFor))
  const findings = [
    ...duplicateIndexes(indexes[0]!),
    ...invalidIndexes(indexes[0]!),
    ...unusedIndexes({ servers: indexes, countedForMs }),
    ...vacuumLag(tables),
    ...wraparound(tables),
    ...longTransactions(sessions),
    ...blockedSessions(sessions),
    ...foreignKeysWithoutIndex(foreignKeys),
    ...connectionUse(server),
    ...settingsWorthChanging(server, options),
  ]
  const blocks = server.blocksHit + server.blocksRead
  return {
    findings: findings.sort(bySeverity),
    checked: {
      tables: tables.length,
      indexes: indexes[0]!.length,
      sessions: sessions.length,
      foreignKeys: foreignKeys.length,
      servers: servers.length,
    },
    hitRatio: blocks === 0 ? null : server.blocksHit / blocks,
    connections: { open: server.connections, max: server.maxConnections },
  }
}

async function ask<Row>(database: Asked, sql: string): Promise<[Row, ...Row[]]> {
  const { rows } = await database.query<Row>(sql)
  return rows as [Row, ...Row[]]
}
