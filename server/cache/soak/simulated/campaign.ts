import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { BatchOutcome, Counterexample } from '../../test/simulation/batch.ts'

export interface CampaignOptions {
  seed: number
  /** End after so many seconds, or so many histories, whichever comes first. */
  seconds: number
  histories: number
  workers: number
  /** Told now and then how far it is. */
  progress: (line: string) => void
}

export interface CampaignResult {
  histories: number
  operations: number
  /** How many of each kind. */
  faults: Record<string, number>
  /** For each the seed of the batch that finds it again. */
  violations: (Counterexample & { seed: number })[]
  seed: number
  seconds: number
}

/** Histories of one batch: what a seed finds again. */
export const batchSize = 500

/** Plays batches of histories on several threads until one breaks a guarantee, or the end. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, workers, progress } = options
  const beganAt = performance.now()
  const result: CampaignResult = { histories: 0, operations: 0, faults: {}, violations: [], seed, seconds: 0 }
  const seconds = () => (performance.now() - beganAt) / 1_000
  let planned = 0

  function nextBatch(): { seed: number; histories: number } | undefined {
    const left = options.histories - planned
    if (left <= 0 || seconds() >= options.seconds || result.violations.length > 0) return undefined
    const batch = { seed: seed + Math.floor(planned / batchSize), histories: Math.min(batchSize, left) }
    planned += batch.histories
    return batch
  }

  function add({ counterexample, ...outcome }: BatchOutcome): void {
    result.histories += outcome.histories
    result.operations += outcome.operations
    for (const [kind, times] of Object.entries(outcome.faults)) {
      result.faults[kind] = (result.faults[kind] ?? 0) + times
    }
    if (counterexample !== null) result.violations.push({ ...counterexample, seed: outcome.seed })
    progress(
      `${result.histories} histories, ${result.violations.length} violations, ${seconds().toFixed(0)} s`,
    )
  }

  async function work(): Promise<void> {
    const worker = new Worker(new URL('worker.ts', import.meta.url))
    try {
      for (let batch = nextBatch(); batch !== undefined; batch = nextBatch()) {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        worker.postMessage(batch)
        const [outcome] = (await once(worker, 'message')) as [BatchOutcome]
        add(outcome)
      }
    } finally {
      await worker.terminate()
    }
  }

  await Promise.all(Array.from({ length: workers }, work))
  return { ...result, seconds: seconds() }
}
