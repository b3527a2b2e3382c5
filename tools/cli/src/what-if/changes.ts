import type { ServerOptions } from '../prove/server-process.ts'

/** What can be changed, to see whether it was the cause. */
export type Change = 'pool' | 'cache'

type Side = Pick<ServerOptions, 'layer'> & { poolSize: number }

/** The application as it is, and with one thing changed. */
export function sidesOf(change: Change, poolSize: number): { before: Side; after: Side; what: string } {
  const before = { layer: 'on', poolSize } as const
  if (change === 'pool') {
    const after = { ...before, poolSize: 2 * poolSize }
    return { before, after, what: `pool of ${after.poolSize} in place of ${poolSize}` }
  }
  return { before: { ...before, layer: 'off' }, after: before, what: 'layer on in place of off' }
}
