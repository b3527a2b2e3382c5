import {
  dataOf,
  type LocalPostgres,
  type Place,
  run,
  startCluster,
  startFailed,
  type StartPostgresOptions,
} from './cluster.ts'

/**
 * Starts a temporary server for tests, benchmarks and proofs. It is stopped, and its folder removed, at stop() or
 * when this process ends, however it ends.
 * @throws HP_POSTGRES_MISSING, HP_POSTGRES_START_FAILED
 */
export const startPostgres = (options: StartPostgresOptions = {}): Promise<LocalPostgres> =>
  startCluster(options, initialise)

/**
 * Starts a streaming replica of a server that startPostgres started. Its life is its own: stop it, too.
 * @throws HP_POSTGRES_MISSING, HP_POSTGRES_START_FAILED
 */
export function startReplica(
  primary: Pick<LocalPostgres, 'port'>,
  options: StartPostgresOptions = {},
): Promise<LocalPostgres> {
  return startCluster(options, async (place) => {
    const source = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres']
    // -c fast: a checkpoint at the primary's leisure would take minutes.
    const how = ['-D', dataOf(place), '-R', '-X', 'stream', '-c', 'fast', '--no-sync']
    const { code, output } = await run(place, 'pg_basebackup', [...source, ...how])
    if (code !== 0) throw startFailed('pg_basebackup', output)
  })
}

async function initialise(place: Place): Promise<void> {
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  const cluster = ['-D', dataOf(place), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`]
  // What initdb wrote need not reach the disk: a machine that crashes takes the temporary server with it.
  const answer = await run(place, 'initdb', [...cluster, '--no-sync'])
  if (answer.code !== 0) throw startFailed('initdb', answer.output)
}
