import { type Database, openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres, startReplica } from '@hotpath/postgres/local'

/** A primary with one streaming replica. */
export interface Pair extends AsyncDisposable {
  servers: { primary: LocalPostgres; replica: LocalPostgres }
  primary: Database
  replica: Database
  /** Stops the replica where the primary stands now: it has all that was written, and nothing written afterwards. */
  pauseReplay: () => Promise<void>
  resumeReplay: () => Promise<void>
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
  const ofReplica = async (sql: string, params: string[] = []) =>
    (await databases[1].query<{ it: string | boolean }>(sql, params)).rows[0]!.it
  return {
    servers: { primary, replica },
    primary: databases[0],
    replica: databases[1],
    async pauseReplay() {
      const { rows } = await databases[0].query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn')
      const isThere = 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as it'
      await until(
        () => ofReplica(isThere, [rows[0]!.lsn]),
        (there) => there === true,
      )
      await databases[1].query('select pg_wal_replay_pause()')
      await until(
        () => ofReplica('select pg_get_wal_replay_pause_state() as it'),
        (state) => state === 'paused',
      )
    },
    async resumeReplay() {
      await databases[1].query('select pg_wal_replay_resume()')
    },
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
