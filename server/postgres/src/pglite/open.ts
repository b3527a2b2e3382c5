import path from 'node:path'
import type { Duplex } from 'node:stream'
import { HotpathError } from '@hotpath/core'
import { postgresErrors } from '../errors.ts'
import type { DatabaseSettings } from '../options.ts'
import { DatabasePool } from '../pool.ts'
import { type Engine, type EngineSettings, startEngine } from './engine.ts'
import { takePlace } from './place.ts'
import { EngineSocket } from './socket.ts'

/**
 * The embedded database as a pool of one connection.
 * @throws HP_DATABASE_LOCKED, HP_DATABASE_FOLDER_UNUSABLE
 */
export async function openEmbeddedPool(settings: DatabaseSettings): Promise<DatabasePool> {
  const { folder, statementTimeoutMs, connectTimeoutMs, closeTimeoutMs, now } = settings
  const place = folder === null ? null : await takePlace(path.resolve(folder))
  const engine = await startIn({ place, statementTimeoutMs, closeTimeoutMs })
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
      connectRetries: 0,
      retryDelayMs: 0,
      retryFactor: 1,
      leakAfterMs: settings.leakAfterMs,
      random: Math.random,
      statementTimeoutMs,
      silenceMs: null,
      cancels: false,
      names: null,
      connectTimeoutMs,
      closeTimeoutMs,
      explainConnectError: (error) =>
        error instanceof HotpathError
          ? error
          : postgresErrors.HP_DATABASE_STARTING({ waited: connectTimeoutMs }, { cause: error }),
      now,
      async afterEnd() {
        await engine.close()
        await place?.release()
      },
    },
  )
}

async function startIn(settings: EngineSettings): Promise<Engine> {
  const { place } = settings
  try {
    const engine = await startEngine(settings)
    await place?.opened()
    return engine
  } catch (error) {
    await place?.release()
    throw error
  }
}
