import { type DatabaseOptions, readDatabaseOptions } from '../options.ts'
import { openEmbeddedPool } from '../pglite/open.ts'
import type { DatabasePool } from '../pool.ts'
import { openServerPool } from '../server.ts'

/**
 * A pool of one connection, without the tap: asking for plans on the side would disturb what is measured, and a
 * second connection would keep the database from being a template.
 */
export function openPlain(options: DatabaseOptions): Promise<DatabasePool> {
  const settings = readDatabaseOptions({
    applicationName: 'hotpath advisor',
    poolSize: 1,
    closeTimeout: '1s',
    ...options,
  })
  return settings.url === null ? openEmbeddedPool(settings) : openServerPool(settings.url, settings)
}
