import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import type { Db } from './schema.ts'

/**
 * Brings the tables up to date: every migration that was not applied yet, in one transaction. Two processes may do
 * this at once; the second waits for the first (an advisory lock) and finds nothing left to do.
 * @returns the names of those applied now
 * @throws what the database said about the migration that failed; nothing of it remains
 */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}
