import type { Fix } from '@hotpath/core'
import type { Facts } from './facts.ts'

/**
 * Who waits for a connection waits for the statements that hold them: what shortens these saves its share of the
 * waiting too, and the pool is to blame for the rest alone.
 */
export function shareWaits(
  shorter: readonly Fix[],
  { pool, statements, seconds }: Pick<Facts, 'pool' | 'statements' | 'seconds'>,
): { fixes: Fix[]; pool: Facts['pool'] } {
  const allMs = statements.reduce((sum, { ms }) => sum + ms, 0) / seconds
  const shareOf = ({ savedMsPerSecond }: Fix) => (allMs > 0 ? Math.min(1, savedMsPerSecond / allMs) : 0)
  const waitedMs = pool.waitedMs / seconds
  const together = Math.min(
    1,
    shorter.reduce((sum, fix) => sum + shareOf(fix), 0),
  )
  return {
    fixes: shorter.map((fix) => ({
      ...fix,
      savedMsPerSecond: fix.savedMsPerSecond + waitedMs * shareOf(fix),
    })),
    pool: { ...pool, waitedMs: pool.waitedMs * (1 - together) },
  }
}
