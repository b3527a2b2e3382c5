import type { PoolClient } from 'pg'
import { type Lsn, parseLsn } from './lsn.ts'

/** How far the server behind a connection had replayed when it was last asked on that very connection. */
const seen = new WeakMap<object, Lsn>()

export interface CatchUp {
  required: Lsn
  /** How long to wait for it, in milliseconds. */
  maxWaitMs: number
  now: () => number
}

/**
 * Waits until the server behind a connection has replayed what a read must see; false where it does not in time, or is
 * no replica. What one connection saw is never asked again: replay goes back only when a server starts anew, and that
 * ends its connections. So nothing here relies on another connection having reached the same server.
 */
export async function isCaughtUp(
  client: PoolClient,
  { required, maxWaitMs, now }: CatchUp,
): Promise<boolean> {
  const until = now() + maxWaitMs
  for (let pauseMs = 0.5; ; pauseMs = Math.min(8, pauseMs * 2)) {
    const known = seen.get(client)
    if (known !== undefined && known >= required) return true
    const { rows } = await client.query<{ replayed: string | null; recovering: boolean }>(
      'select pg_last_wal_replay_lsn()::text as replayed, pg_is_in_recovery() as recovering',
    )
    const { replayed, recovering } = rows[0]!
    const lsn = recovering ? parseLsn(replayed) : null
    if (lsn === null) {
      seen.delete(client)
      return false
    }
    seen.set(client, lsn)
    if (lsn >= required) return true
    if (now() + pauseMs > until) return false
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
