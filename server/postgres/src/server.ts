import { Client, type PoolConfig } from 'pg'
import { explainConnectError } from './connect-error.ts'
import { postgresErrors } from './errors.ts'
import type { DatabaseSettings } from './options.ts'
import { DatabasePool } from './pool.ts'
import { createPreparedNames } from './prepared-names.ts'

/** How much longer than the statement timeout a server may be silent: it cancels by itself and says so. */
const silenceGraceMs = 5_000

/**
 * A pool of connections to the server at `url`, one of them opened to see that it works.
 * @throws HP_DATABASE_URL_INVALID, HP_DATABASE_UNREACHABLE, HP_DATABASE_REFUSED
 */
export async function openServerPool(url: string, settings: DatabaseSettings): Promise<DatabasePool> {
  const { poolSize, poolMin, idleTimeoutMs, connectRetries, retryDelayMs, retryFactor, leakAfterMs } =
    settings
  const { statementTimeoutMs, connectTimeoutMs, closeTimeoutMs, applicationName, now } = settings
  const config = readUrl(url)
  const { host, port, user = '', database = '' } = config
  const target = { host, port, user, database }
  const pool = new DatabasePool(
    {
      application_name: applicationName,
      ...config,
      statement_timeout: statementTimeoutMs,
      keepAlive: true,
      min: poolMin,
      idleTimeoutMillis: idleTimeoutMs,
    },
    {
      max: poolSize,
      connectRetries,
      retryDelayMs,
      retryFactor,
      leakAfterMs,
      random: Math.random,
      statementTimeoutMs,
      silenceMs: statementTimeoutMs + silenceGraceMs,
      cancels: true,
      connectTimeoutMs,
      closeTimeoutMs,
      explainConnectError: (error) => explainConnectError(error, target),
      now,
      names: settings.prepare ? createPreparedNames() : null,
      afterEnd: async () => {},
    },
  )
  if (!settings.mustAnswer) return pool
  try {
    const client = await pool.connect()
    client.release()
  } catch (error) {
    await pool.end()
    throw error
  }
  return pool
}

/** The URL in parts, as pg reads it: the pool then keeps the password where it is not printed. */
function readUrl(url: string): PoolConfig & { host: string; port: number } {
  const invalid = (problem: string): Error => postgresErrors.HP_DATABASE_URL_INVALID({ problem })
  // No parser's error becomes the cause: some carry the URL, password and all.
  if (!URL.canParse(url)) throw invalid('it is not a URL')
  const { protocol, searchParams } = new URL(url)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:')
    throw invalid(`it begins with ${protocol} instead of postgres:`)
  try {
    const { host, port, user, password, database, ssl } = new Client({ connectionString: url })
    return { ...Object.fromEntries(searchParams), host, port, user, password, database, ssl }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'its parameters contradict each other')
  }
}
