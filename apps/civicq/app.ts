import path from 'node:path'
import { type AppOptions, createHotpath, type Hotpath, listenError, type RunningApp } from '@hotpath/app'
import { targets } from './budgets.ts'
import { pageAddresses } from './pages/src/page-addresses.ts'
import { routes } from './routes.ts'
import { keptResults } from './src/cache-keys.ts'
import { connect } from './src/connection.ts'
import { migrate } from './src/migrate.ts'
import { runHere } from './src/run-here.ts'
import { readSecret } from './src/secret.ts'
import { seedDatabase } from './src/seed/seed.ts'
import { createServer } from './src/server.ts'
import { createTokens } from './src/token.ts'
import { warmTasks } from './src/warm.ts'

const pages = path.join(import.meta.dirname, 'pages/dist')

/** The data set that every start makes anew or finds there. */
const seed = 1

/**
 * Starts CivicQ: opens what the environment asks for, brings the tables up to date, fills them the first time, and
 * listens.
 * @throws HP_PORT_BUSY, HP_PORT_REFUSED, CIVICQ_SECRET_SHORT, CIVICQ_SCALE_INVALID, and what createHotpath throws
 */
export async function start(options: AppOptions): Promise<RunningApp> {
  const { port, host = '127.0.0.1', environment, watch } = options
  const tokens = createTokens(readSecret(environment))
  const hotpath = await createHotpath({
    name: 'civicq',
    routes,
    targets,
    vitals: { pages: Object.values(pageAddresses) },
    // Pages of this very site see where their answers came from, and tell it with what their visitors experience.
    api: { serverTiming: 'same-origin' },
    warm: ({ cache, database }) => warmTasks(cache, connect(database.pool)),
    environment,
    ...watch,
  })
  try {
    const db = await prepare(hotpath, options)
    const app = await createServer({
      db,
      cache: hotpath.cache,
      queries: await hotpath.createQueryCache(keptResults),
      invalidate: hotpath.invalidate,
      snapshot: hotpath.snapshot,
      serverFactory: hotpath.serverFactory,
      tokens,
      clock: Date.now,
      pages,
      logError: (error, { method, url }) => console.error(`${method} ${url}:`, error),
    })
    const url = await app.listen({ port, host }).catch((error: unknown) => {
      throw listenError(error, port, host)
    })
    return {
      url,
      async close() {
        await hotpath.drain()
        await app.close()
        await hotpath.close()
      },
    }
  } catch (error) {
    await hotpath.close()
    throw error
  }
}

async function prepare(hotpath: Hotpath, { scale = 1, reset = false, onProgress }: AppOptions) {
  const db = connect(hotpath.pool)
  onProgress({ label: 'Bringing the tables up to date', done: 0, total: 1 })
  await migrate(db)
  const seeding = await seedDatabase(db, { seed, scale, reset, reference: today(), onProgress })
  const label = seeding.isNew ? 'Seeded' : `Data of scale ${seeding.scale} was there`
  onProgress({ label, done: 1, total: 1 })
  return db
}

/** Midnight, UTC: starts of one day make the same data set to the byte. */
function today(): Date {
  return new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000)
}

if (import.meta.main) await runHere(start)
