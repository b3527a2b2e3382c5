import type { BarResult, SuiteContext } from '../suite.ts'
import { startWorker } from '../workers/start.ts'
import type { MemoryMethods } from './workers/memory.ts'

/** Whether a bound in bytes is what the process grows by. */
export async function memoryBars(context: SuiteContext): Promise<BarResult[]> {
  return [await memoryBar(context, false), await memoryBar(context, true)]
}

async function memoryBar({ quick, progress }: SuiteContext, tagged: boolean): Promise<BarResult> {
  const entries = quick ? 100_000 : 1_000_000
  const words = `${entries.toLocaleString('en-US')} small entries${tagged ? ', each with a tag of its own' : ''}`
  progress(`Memory of ${words}`)
  const module = new URL('./workers/memory.ts', import.meta.url)
  const nodeFlags = ['--expose-gc', '--max-old-space-size=4096']
  await using worker = await startWorker<MemoryMethods>(module, {}, nodeFlags)
  const { grown, bound, held } = await worker.call('fill', { entries, tagged })
  return {
    id: tagged ? 'memory-tagged' : 'memory',
    what: `Growth of the process when ${words}, fill a bound in bytes (${held.toLocaleString('en-US')} are held)`,
    ours: grown / 1e6,
    peers: { bound: bound / 1e6 },
    unit: 'MB',
    ratio: grown / bound,
    bar: 'within 15 % of the bound',
    holds: Math.abs(grown / bound - 1) <= 0.15,
  }
}
