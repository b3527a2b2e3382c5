import { median } from '@hotpath/core'
import type { BarResult, SuiteContext } from '../suite.ts'
import { startWorker } from '../workers/start.ts'
import type { InvalidationMethods, InvalidationOptions } from './workers/invalidation.ts'

/** Each entry is under several tags, so that one fill serves as many measurements. */
const tagsPerEntry = 10

/** Does it matter how many entries an invalidation drops? */
export async function invalidationBar(
  redisUrl: string,
  { quick, progress }: SuiteContext,
): Promise<BarResult> {
  const entries = quick ? 10_000 : 100_000
  const measure = async (name: InvalidationOptions['name'], fills: number) => {
    progress(`Invalidation of one and of ${entries.toLocaleString('en-US')} entries: ${name}`)
    return costs({ name, redisUrl, entries }, fills)
  }
  const ours = await measure('hotpath', quick ? 2 : 4)
  const bentocache = await measure('bentocache', 1)
  const cacheable = await measure('cacheable', 1)
  const ratio = ours.many / ours.one
  return {
    id: 'invalidation-cost',
    what: `Invalidation of a tag that ${entries.toLocaleString('en-US')} entries carry, acknowledged`,
    ours: ours.many,
    peers: {
      'ours, one entry': ours.one,
      bentocache: bentocache.many,
      'bentocache, one entry': bentocache.one,
      cacheable: cacheable.many,
      'cacheable, one entry': cacheable.one,
    },
    unit: 'ms',
    ratio,
    bar: '≤ 1.2 × that of a tag that one entry carries',
    holds: ratio <= 1.2,
  }
}

/** Medians in milliseconds. */
async function costs(options: InvalidationOptions, fills: number): Promise<{ one: number; many: number }> {
  const module = new URL('./workers/invalidation.ts', import.meta.url)
  await using worker = await startWorker<InvalidationMethods>(module, options)
  const times = { one: [] as number[], many: [] as number[] }
  for (let fill = 0; fill < fills; fill++) {
    const tags = Array.from({ length: tagsPerEntry }, (_, tag) => `many:${fill}:${tag}`)
    await worker.call('fill', { entries: options.entries, tags })
    for (const [at, tag] of tags.entries()) {
      const single = `one:${tag}`
      await worker.call('fill', { entries: 1, tags: [single] })
      // The first after a pause is dearer, whatever it drops: it does not count, and the two that do take turns.
      await worker.call('invalidate', `none:${tag}`)
      const order = at % 2 === 0 ? (['many', 'one'] as const) : (['one', 'many'] as const)
      for (const which of order) {
        times[which].push(await worker.call('invalidate', which === 'many' ? tag : single))
      }
    }
  }
  return { one: median(times.one), many: median(times.many) }
}
