import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Database, openDatabase } from '@hotpath/postgres'
import { type PostgresStatementMessage, postgresChannels } from '@hotpath/postgres/channels'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll } from 'vitest'
import type { DatabaseOptions } from '../src/options.ts'

/** Starts one server for a test file, and stops it after. Without PostgreSQL the file fails with the install command. */
export function withServer(settings: Record<string, string> = {}): () => LocalPostgres {
  let server: LocalPostgres | undefined
  beforeAll(async () => {
    server = await startPostgres({ durable: false, settings })
  })
  afterAll(() => server?.stop())
  return () => server!
}

/** One database of each kind, open for a test file. */
export function openBoth(options: DatabaseOptions = {}): {
  server: () => Database
  embedded: () => Database
} {
  const server = withServer()
  let databases: Database[] = []
  beforeAll(async () => {
    databases = await Promise.all([openDatabase({ ...options, url: server().url }), openDatabase(options)])
  })
  afterAll(() => Promise.all(databases.map((database) => database.close())))
  return { server: () => databases[0]!, embedded: () => databases[1]! }
}

/** A folder that is gone after the block. */
export async function temporaryFolder(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-test-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** What was published while the block ran. */
export function hearStatements(): { heard: PostgresStatementMessage[] } & Disposable {
  const heard: PostgresStatementMessage[] = []
  const listen = (message: unknown) => void heard.push(message as PostgresStatementMessage)
  subscribe(postgresChannels.statement, listen)
  return { heard, [Symbol.dispose]: () => void unsubscribe(postgresChannels.statement, listen) }
}

/** The error that `promise` ends with; a promise that succeeds is an error itself. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof Error) return outcome as Error & Record<string, unknown>
  throw new Error('It should have failed, and did not.')
}
