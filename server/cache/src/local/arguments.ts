/** What a temporary Redis does differently from redis-server's own defaults. */
export interface RedisSettings {
  /** As Redis writes it: '64mb'. @default no limit */
  maxMemory?: string
  /** What is evicted at that limit. @default 'noeviction' */
  maxMemoryPolicy?: string
  /** What the default user must log in with. @default none */
  password?: string
  /** Whether every write is kept on disk (appendonly, fsync always). @default false */
  appendOnly?: boolean
  /** Runs as a node of a cluster, whose bus uses this port. */
  clusterBusPort?: number
  /** The port of the primary on this machine whose replica it is. */
  replicaOf?: number
  /** Further arguments, as redis-server takes them: `['--rename-command', 'HELLO', '']`. */
  extra?: readonly string[]
}

export function redisArguments(settings: RedisSettings, port: number, folder: string): string[] {
  const { maxMemory, maxMemoryPolicy, password, clusterBusPort, replicaOf } = settings
  const given = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)]
  return [
    `--port ${port} --bind 127.0.0.1`.split(' '),
    ['--dir', folder, '--save', ''],
    // Replicas are made without writing the data to disk, and at once.
    '--repl-diskless-sync yes --repl-diskless-sync-delay 0'.split(' '),
    given('--maxmemory', maxMemory),
    given('--maxmemory-policy', maxMemoryPolicy),
    given('--requirepass', password),
    given('--masterauth', password),
    settings.appendOnly ? '--appendonly yes --appendfsync always'.split(' ') : [],
    clusterBusPort === undefined ? [] : clusterArguments(clusterBusPort),
    replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', String(replicaOf)],
    settings.extra ?? [],
    // The line that tells it is ready is read from its output.
    ['--loglevel', 'notice', '--logfile', '', '--daemonize', 'no'],
  ].flat()
}

const clusterArguments = (busPort: number): string[] =>
  `--cluster-enabled yes --cluster-port ${busPort} --cluster-config-file nodes.conf --cluster-node-timeout 1000`.split(
    ' ',
  )
