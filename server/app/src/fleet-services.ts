import { randomBytes } from 'node:crypto'
import type { Progress } from './app-shape.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { appErrors } from './errors.ts'

/** What several processes of one application share. */
export interface FleetServices {
  /** What each process' environment has to say. */
  environment: { DATABASE_URL: string; REDIS_URL: string; HOTPATH_RUN_SECRET: string }
  /** What was started for this run and ends with it, in words: `PostgreSQL 15.18`. */
  temporary: string[]
  close(): Promise<void>
}

export interface FleetServicesOptions {
  environment: Environment
  /** Names the application in messages. */
  app: string
  /** How many processes. */
  count: number
  onProgress: (progress: Progress) => void
}

/** Connections of one process' pool, and some for whoever looks in. */
const connectionsOf = (count: number) => 20 * count + 20

/**
 * Finds what several processes share: PostgreSQL at DATABASE_URL and Redis at REDIS_URL. What the environment does not
 * name is started for this run, if it is installed: a database of its own, empty, whose data ends with it.
 * @throws HP_FLEET_DATABASE_MISSING, HP_FLEET_REDIS_MISSING, HP_ENVIRONMENT_INVALID
 */
export async function openFleetServices(options: FleetServicesOptions): Promise<FleetServices> {
  const { layer, databaseUrl, redisUrl } = readEnvironment(options.environment, options.app)
  const started: Started[] = []
  const close = async () => void (await Promise.all(started.map(({ stop }) => stop())))
  const begin = async (what: string, start: () => Promise<Started>): Promise<string> => {
    options.onProgress({ label: `Starting ${what} for this run`, done: 0, total: 1 })
    const service = await start()
    started.push(service)
    options.onProgress({ label: `Starting ${what} for this run`, done: 1, total: 1 })
    return service.url
  }
  try {
    const database = databaseUrl ?? (await begin('PostgreSQL', () => startDatabase(options.count)))
    // Without the layer nobody asks Redis.
    const redis =
      redisUrl ?? (layer === 'off' ? '' : await begin('Redis', () => startSharedRedis(options.count)))
    return {
      environment: {
        DATABASE_URL: database,
        REDIS_URL: redis,
        HOTPATH_RUN_SECRET: randomBytes(32).toString('hex'),
      },
      temporary: started.map(({ name }) => name),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface Started {
  name: string
  url: string
  stop(): Promise<void>
}

/** Loaded only here: an application in production never starts servers. */
async function startDatabase(count: number): Promise<Started> {
  const { startPostgres } = await import('@hotpath/postgres/local')
  const settings = { max_connections: connectionsOf(count) }
  const { url, version, stop } = await startPostgres({ settings }).catch((cause: unknown) => {
    throw appErrors.HP_FLEET_DATABASE_MISSING({ count, problem: sentence(cause) }, { cause })
  })
  return { name: `PostgreSQL ${version}`, url, stop }
}

async function startSharedRedis(count: number): Promise<Started> {
  const { startRedis } = await import('@hotpath/cache/local')
  const { url, stop } = await startRedis().catch((cause: unknown) => {
    throw appErrors.HP_FLEET_REDIS_MISSING({ count, problem: sentence(cause) }, { cause })
  })
  return { name: 'Redis', url, stop }
}

const sentence = (cause: unknown) => {
  const { what, message } = cause as Error & { what?: string }
  return what ?? message
}
