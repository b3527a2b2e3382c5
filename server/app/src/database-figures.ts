import { createBackendsCpu, type PoolFigures } from '@hotpath/monitor'
import type { Database } from '@hotpath/postgres'

/** What the monitor asks of the database when somebody looks. */
export interface DatabaseFigures {
  pool(): PoolFigures
  /** Null where the server's processes are out of sight: on another machine, or inside this process. */
  databaseCpuSeconds(): number | null
}

/** Keeps the ids of the server processes behind the pool's connections. Called before the pool is used. */
export function watchDatabase({ kind, pool }: Database): DatabaseFigures {
  const backends = new Map<object, number>()
  const cpu = createBackendsCpu()
  const remember = (client: object): void => {
    const { processID } = client as { processID?: number | null }
    if (processID) backends.set(client, processID)
  }
  pool.on('connect', remember)
  pool.on('acquire', remember)
  pool.on('remove', (client) => void backends.delete(client))
  return {
    pool: () => pool.stats(),
    databaseCpuSeconds: () => (kind === 'pglite' ? null : cpu.seconds(backends.values())),
  }
}
