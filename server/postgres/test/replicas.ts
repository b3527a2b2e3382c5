import { type Database, openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres, startReplica } from '@hotpath/postgres/local'

/** A primary with one streaming replica. */
export interface Pair extends AsyncDisposable {
  servers: { primary: LocalPostgres; replica: LocalPostgres }
  primary: Database
  replica: Database
}

export async function startPair(replicaSettings: Record<string, string> = {}): Promise<Pair> {
  // Commits that do not wait for the log reach a replica up to 200 ms later.
  const primary = await startPostgres({ durable: false, settings: { synchronous_commit: 'on' } })
  const replica = await startReplica(primary, {
    settings: { hot_standby_feedback: 'on', ...replicaSettings },
  })
  const databases = await Promise.all([
    openDatabase({ url: primary.url }),
    openDatabase({ url: replica.url, connectTimeout: '1s' }),
  ])
  return {
    servers: { primary, replica },
    primary: databases[0],
    replica: databases[1],
    async [Symbol.asyncDispose]() {
      await Promise.all(databases.map((database) => database.close()))
      await replica.stop()
      await primary.stop()
    },
  }
}

/** Asks until it is so; fails with what it last was. */
export async function until<T>(look: () => Promise<T> | T, isSo: (found: T) => boolean): Promise<T> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const found = await look()
    if (isSo(found)) return found
    if (performance.now() > deadline) throw new Error(`It never became so; it is ${JSON.stringify(found)}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
