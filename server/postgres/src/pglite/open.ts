import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { postgresErrors } from '../errors.ts'
import type { DatabaseSettings } from '../options.ts'
import { DatabasePool } from '../pool.ts'
import { startEngine } from './engine.ts'
import { EngineSocket } from './socket.ts'

/**
 * The embedded database as a pool of one connection.
 * @throws HP_DATABASE_LOCKED, HP_DATABASE_FOLDER_UNUSABLE
 */
export async function openEmbeddedPool(settings: DatabaseSettings): Promise<DatabasePool> {
  const { folder, statementTimeoutMs, connectTimeoutMs, closeTimeoutMs, now } = settings
  const data = folder === null ? null : path.resolve(folder, 'data')
  if (data !== null) await createFolder(data)
  const engine = await startEngine({ folder: data, statementTimeoutMs, closeTimeoutMs })
  return new DatabasePool(
    {
      user: 'postgres',
      database: 'postgres',
      host: 'embedded',
      password: '',
      ssl: false,
      // An idle connection costs nothing here, and another would begin by resetting the session.
      idleTimeoutMillis: 0,
      stream: (): Duplex => new EngineSocket(engine),
    },
    {
      max: 1,
      statementTimeoutMs,
      silenceMs: null,
      connectTimeoutMs,
      closeTimeoutMs,
      target: { host: 'embedded', port: 0, user: 'postgres', database: 'postgres' },
      now,
      afterEnd: () => engine.close(),
    },
  )
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw postgresErrors.HP_DATABASE_FOLDER_UNUSABLE({ folder, problem }, { cause: error })
  }
}
