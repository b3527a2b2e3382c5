import { channel } from 'node:diagnostics_channel'
import { type CacheReadMessage, cacheChannels } from './channels.ts'
import type { CacheSettings } from './options.ts'
import type { Read } from './reads.ts'

const reads = channel(cacheChannels.read)

/** Whether anybody wants to know what became of reads. */
export const areObserved = (): boolean => reads.hasSubscribers

/** Runs a read and publishes, once its value is there, where that came from. */
export function observedRead(
  { namespace, clock }: Pick<CacheSettings, 'namespace' | 'clock'>,
  given: Read,
  run: (read: Read) => Promise<unknown>,
): Promise<unknown> {
  const beganAt = clock()
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
    const durationMs = clock() - beganAt
    reads.publish({ namespace, group, durationMs, outcome, failed } satisfies CacheReadMessage)
  }
  const running = run(read)
  running.then(
    () => publish(false),
    () => publish(true),
  )
  return running
}
