import type { BarResult, SuiteContext } from '../suite.ts'
import { startCrew } from './crew.ts'
import { quantileOf } from './interleave.ts'
import type { VisibilityMethods, VisibilityOptions } from './workers/visibility.ts'

const watchers = ['1', '2', '3', '4']
const pauseMs = 3

/** How long other processes still serve what was invalidated, beside how long a message takes to them. */
export async function visibilityBars(
  redisUrl: string,
  { quick, progress }: SuiteContext,
): Promise<BarResult[]> {
  const keys = quick ? 100 : 400
  const batches = quick ? 1 : 5
  progress(
    `${batches * keys} invalidations and publishes in turn, seen by ${watchers.length} other processes`,
  )
  const options: VisibilityOptions = { redisUrl, keys }
  await using crew = await startCrew<VisibilityMethods>({
    module: new URL('./workers/visibility.ts', import.meta.url),
    members: Object.fromEntries(['writer', ...watchers].map((name) => [name, options])),
  })
  const delays = { seen: [] as number[], received: [] as number[] }
  for (let batch = 0; batch < batches; batch++) {
    await crew.get('writer').call('fill')
    for (const name of watchers) await crew.get(name).call('watch')
    const { invalidated, published } = await crew.get('writer').call('write', pauseMs)
    for (const name of watchers) {
      const { seen, received } = await crew.get(name).call('observed')
      delays.seen.push(...delaysBetween(invalidated, seen))
      delays.received.push(...delaysBetween(published, received))
    }
  }
  return [0.5, 0.99].map((q) => {
    const [ours, publish] = [quantileOf(delays.seen, q), quantileOf(delays.received, q)]
    return {
      id: `visibility-p${100 * q}`,
      what: `p${100 * q} from the call until four other processes refuse the old value`,
      ours,
      peers: { 'Redis publish': publish },
      unit: 'ms',
      ratio: ours / publish,
      bar: q === 0.99 ? '≤ 1.5 × a plain Redis publish' : 'reported',
      holds: q !== 0.99 || ours / publish <= 1.5,
    }
  })
}

/** @throws Error when one was never observed, or observed before it happened */
export function delaysBetween(happened: readonly number[], observed: readonly number[]): number[] {
  if (observed.length !== happened.length) {
    throw new Error(`${observed.length} of ${happened.length} were observed.`)
  }
  return happened.map((at, index) => {
    const delay = observed[index]! - at
    if (delay < 0) throw new Error(`Number ${index} was observed ${-delay} ms before it happened.`)
    return delay
  })
}
