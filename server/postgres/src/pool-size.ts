/** What is known of the load on a pool, and of the server behind it. */
export interface PoolLoad {
  /** Connections asked for per second, in one instance, at the peak. */
  perSecond: number
  /** How long one is held, on average, in milliseconds. */
  holdMs: number
  /** Processes that share the server. */
  instances: number
  /** The server's max_connections. */
  maxConnections: number
  /** Connections that others need: superuser_reserved_connections, migrations, replication. @default 10 */
  reserved?: number
}

export interface PoolAdvice {
  /** Connections in use at a time, on average, in one instance (Little's law: arrivals × time held). */
  inUse: number
  /** Connections that one instance should have. */
  size: number
  /** How likely a caller waits with that many (Erlang C). */
  waitChance: number
  /** What all instances would take, and what the server can give them. */
  total: number
  available: number
  /** False: the server cannot give as many; make statements shorter, or pool in front of it. */
  fits: boolean
}

/** A caller in a hundred may wait. */
const acceptable = 0.01
const largest = 1_000

/**
 * The smallest pool in which few callers wait: the load by Little's law (L = λ·W), the chance to wait by Erlang's C
 * formula, and the server's max_connections shared by all instances.
 */
export function advisePoolSize(load: PoolLoad): PoolAdvice {
  const { perSecond, holdMs, instances, maxConnections, reserved = 10 } = load
  const inUse = (perSecond * holdMs) / 1000
  const available = Math.max(0, maxConnections - reserved)
  const share = Math.max(1, Math.floor(available / instances))
  let wanted = Math.max(1, Math.ceil(inUse))
  while (wanted < largest && waitChance(wanted, inUse) > acceptable) wanted += 1
  const size = Math.min(wanted, share)
  return {
    inUse,
    size,
    waitChance: waitChance(size, inUse),
    total: size * instances,
    available,
    fits: wanted <= share && available >= instances,
  }
}

/** Erlang's C formula, by the recursion of his B formula, which does not overflow; 1 where the load exceeds the pool. */
function waitChance(size: number, inUse: number): number {
  if (inUse >= size) return 1
  let blocked = 1
  for (let servers = 1; servers <= size; servers++) blocked = (inUse * blocked) / (servers + inUse * blocked)
  const utilisation = inUse / size
  return blocked / (1 - utilisation * (1 - blocked))
}
