import { channel } from 'node:diagnostics_channel'
import { type CacheReadMessage, cacheChannels } from './channels.ts'
import { steadyClock } from './clock.ts'
import type { CacheSettings } from './options.ts'
import type { Read } from './reads.ts'

const reads = channel(cacheChannels.read)

/** Whether anybody wants to know what became of reads. */
export const areObserved = (): boolean => reads.hasSubscribers

/** Runs a read and publishes, once its value is there, where that came from. */
export function observedRead(
  { namespace }: Pick<CacheSettings, 'namespace'>,
  given: Read,
  run: (read: Read) => Promise<unknown>,
): Promise<unknown> {
  // Not the clock of the cache, for which a turn of the event loop is one moment.
  const beganAt = steadyClock()
  let outcome: CacheReadMessage['outcome'] = 'found'
  const read: Read = {
    ...given,
    async load(context) {
      try {
        return await given.load(context)
      } finally {
        // A refresh in the background has not come here when the old value is handed out.
        outcome = 'loaded'
      }
    },
    onWait() {
      outcome = 'waited'
      given.onWait?.()
    },
  }
  const publish = (failed: boolean): void => {
    const { name: group } = given.group
    const durationMs = steadyClock() - beganAt
    reads.publish({ namespace, group, durationMs, outcome, failed } satisfies CacheReadMessage)
  }
  const running = run(read)
  running.then(
    () => publish(false),
    () => publish(true),
  )
  return running
}
