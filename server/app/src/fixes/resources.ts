import { type Fix, formatDuration, formatValue } from '@hotpath/core'
import type { Facts } from './facts.ts'

const leastWaitedMs = 2
/** An event loop that is this late makes everybody wait. */
const lateMs = 50

/** A pool in which callers wait for a connection. */
export function smallPool({ pool, seconds }: Pick<Facts, 'pool' | 'seconds'>): Fix[] {
  const { waitedMs, max, sizing } = pool
  const perSecond = waitedMs / seconds
  if (perSecond < leastWaitedMs) return []
  const canGrow = sizing !== null && sizing.size > max
  return [
    {
      id: 'pool',
      kind: 'pool',
      title:
        max === 1
          ? 'Callers wait for the only database connection'
          : `Callers wait for one of ${max} database connections`,
      route: null,
      savedMsPerSecond: perSecond,
      evidence: [
        `${formatDuration(perSecond)} of waiting in every second`,
        ...(sizing
          ? [
              `${sizing.inUse.toPrecision(2)} connections are in use on average; the server gives ${sizing.available} to ${sizing.instances} of these processes`,
            ]
          : []),
      ],
      action: {
        text: canGrow
          ? `Give each process ${sizing.size} connections: DATABASE_POOL_SIZE=${sizing.size}.`
          : 'More connections would not help: make the statements shorter that hold them longest.',
        command: canGrow ? `DATABASE_POOL_SIZE=${sizing.size}` : 'hotpath db slow',
        screen: 'database',
      },
    },
  ]
}

/** Work that keeps the event loop from everything else. */
export function blockedLoop({ overview }: Pick<Facts, 'overview'>): Fix[] {
  const { eventLoopDelayP99Ms: delay, eventLoopUtilisation } = overview.resources
  const perSecond = overview.tiles.find(({ id }) => id === 'requests')?.value ?? 0
  if (delay < lateMs || perSecond === 0) return []
  return [
    {
      id: 'event-loop',
      kind: 'event-loop',
      title: `The event loop is up to ${formatDuration(delay)} late`,
      route: null,
      // One request in a hundred waits so long at least; how long the others wait is not known.
      savedMsPerSecond: perSecond * delay * 0.01,
      evidence: [
        `99 % of the time it is less late than ${formatDuration(delay)}`,
        `it is busy for ${formatValue(eventLoopUtilisation, 'ratio')} of the time`,
      ],
      action: {
        text: 'Something computes for long without a pause: take a CPU profile, and move that work to a worker thread or cut it into pieces.',
        command: 'node --cpu-prof',
      },
    },
  ]
}
