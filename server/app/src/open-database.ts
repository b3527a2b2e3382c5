import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Route } from '@hotpath/core'
import { type Database, type DatabaseOptions, openDatabase } from '@hotpath/postgres'
import type { Settings } from './environment.ts'
import { noReplicas, openReplicas, type Replicas, type ReplicasOptions } from './replicas.ts'

/** How the database is used; where it is, the environment says. */
export type OwnDatabaseOptions = Omit<DatabaseOptions, 'url' | 'folder' | 'seenBy' | 'mustAnswer'>

export interface OpenOwnDatabase {
  settings: Settings
  routes: readonly Route[]
  /** @default openDatabase's */
  database?: OwnDatabaseOptions | undefined
  /** @default openReplicas' */
  replicas?: ReplicasOptions | undefined
}

/** The database and its replicas. Without the layer, what would be read from replicas is read from the primary. */
export async function openOwnDatabase(
  options: OpenOwnDatabase,
): Promise<{ database: Database; replicas: Replicas } & AsyncDisposable> {
  const { settings, routes, replicas: tuning } = options
  const { databaseUrl, replicaUrls, poolSize, folder, layer, runSecret } = settings
  const shape = { ...options.database, ...(poolSize !== null && { poolSize }) }
  await using opened = new AsyncDisposableStack()
  const database = await openDatabase(
    databaseUrl === null
      ? { ...options.database, folder: path.join(folder, 'database') }
      : { ...shape, url: databaseUrl },
  )
  opened.defer(() => database.close())
  const replicas =
    replicaUrls.length === 0 || layer === 'off'
      ? noReplicas(database)
      : await openReplicas({
          ...tuning,
          primary: database,
          urls: replicaUrls,
          routes,
          secret: runSecret ?? secretOf(databaseUrl!),
          database: shape,
        })
  opened.defer(() => replicas.close())
  const running = opened.move()
  return { database, replicas, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/**
 * What all processes of one database know, and their clients do not. Where they know it differently, the reads of a
 * client that goes from one to another stay at the primary for a while, no more.
 */
const secretOf = (databaseUrl: string) =>
  createHash('sha256').update(`hotpath:positions:${databaseUrl}`).digest('base64url')
