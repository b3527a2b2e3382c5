import { channel } from 'node:diagnostics_channel'
import type { Overview } from '@hotpath/core'
import { httpChannels } from '@hotpath/http/channels'
import { finished, monitorOf } from '../monitor/observing.ts'

const routes = 500
const perSecond = 10_000
/** How long it has been going on when the recording begins, in seconds. */
const warmupSeconds = 60

/**
 * What the monitor's overview says second by second at 10,000 requests a second over 500 routes. Time is played, the
 * monitor is the real one.
 */
export function busySnapshots(seconds: number): Overview[] {
  let now = Date.UTC(2026, 4, 4, 14)
  const monitor = monitorOf(routes, () => now)
  const requests = channel(httpChannels.request)
  // Durations and outcomes vary from second to second, so that every figure of the screen changes.
  const messages = Array.from({ length: routes * 7 }, (_, index) =>
    finished(index % routes, {
      durationMs: 0.3 + ((index * 37) % 113) / 4,
      cache: index % 9 === 0 ? 'miss' : 'hit',
    }),
  )
  const snapshots: Overview[] = []
  for (let second = 0; second < warmupSeconds + seconds; second++) {
    const skip = second * 61
    for (let number = 0; number < perSecond; number++) {
      // The first routes are asked far more often, as in every application.
      const index = number % 3 === 0 ? (number * 7 + skip) % 40 : number * 13 + skip
      requests.publish(messages[index % messages.length]!)
    }
    now += 1_000
    if (second >= warmupSeconds) snapshots.push(monitor.overview())
  }
  monitor.close()
  return snapshots
}
