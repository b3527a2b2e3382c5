import type { BarResult, SuiteContext } from '../suite.ts'
import { startWorker } from '../workers/start.ts'
import type { MemoryMethods } from './workers/memory.ts'

/** Whether a bound in bytes is what the process grows by. */
export async function memoryBar({ quick, progress }: SuiteContext): Promise<BarResult> {
  const entries = quick ? 100_000 : 1_000_000
  const count = entries.toLocaleString('en-US')
  progress(`Memory of ${count} small entries`)
  const module = new URL('./workers/memory.ts', import.meta.url)
  await using worker = await startWorker<MemoryMethods>(module, {}, [
    '--expose-gc',
    '--max-old-space-size=4096',
  ])
  const { grown, bound, held } = await worker.call('fill', entries)
  return {
    id: 'memory',
    what: `Growth of the process when ${count} small entries (${held.toLocaleString('en-US')} held) fill a bound in bytes`,
    ours: grown / 1e6,
    peers: { bound: bound / 1e6 },
    unit: 'MB',
    ratio: grown / bound,
    bar: 'within 15 % of the bound',
    holds: Math.abs(grown / bound - 1) <= 0.15,
  }
}
