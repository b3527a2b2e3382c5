import { serve } from '../../workers/serve.ts'
import { ballotOf } from '../ballots.ts'
import { type ContestantName, enter } from '../contestants/index.ts'

export interface InvalidationOptions {
  name: ContestantName
  redisUrl: string
  entries: number
}

export interface Fill {
  /** Entries stored, each under all of the tags. */
  entries: number
  tags: string[]
}

const atOnce = 500

async function create({ name, redisUrl, entries: memoryEntries }: InvalidationOptions) {
  const contestant = await (await enter(name))({ redisUrl, memoryEntries: 2 * memoryEntries, tags: true })
  const value = ballotOf(1)
  return {
    async fill({ entries, tags }: Fill): Promise<void> {
      for (let from = 0; from < entries; from += atOnce) {
        const length = Math.min(atOnce, entries - from)
        const prefix = entries === 1 ? `${tags[0]}:` : 'entry:'
        await Promise.all(
          Array.from({ length }, (_, at) => contestant.set(`${prefix}${from + at}`, value, tags)),
        )
      }
    },
    /** Milliseconds from the call to its acknowledgement. */
    async invalidate(tag: string): Promise<number> {
      const startedAt = performance.now()
      await contestant.invalidateTag?.(tag)
      return performance.now() - startedAt
    },
  }
}

export type InvalidationMethods = Awaited<ReturnType<typeof create>>

serve(create)
