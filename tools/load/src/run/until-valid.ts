import { setTimeout as sleep } from 'node:timers/promises'
import { countStolen, isMuchStolen, type StolenTime } from '../judge/stolen-time.ts'
import type { LoadVerdict } from '../judge/judge.ts'

/** What is read of a run. */
interface Judged {
  verdict: LoadVerdict
  generator: Partial<StolenTime>
}

/** How often a run is driven, all in all. */
export const usualTries = 4

/**
 * Drives a run again while it is INVALID, since a neighbour on a shared machine can disturb one. Gives the last, which
 * is INVALID where all were.
 */
export async function untilValid<R extends Judged>(run: () => Promise<R>, tries = usualTries): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    const result = await run()
    if (result.verdict !== 'INVALID' || attempt === tries) return result
    await untilLeftAlone(result)
  }
}

const quietMs = 1_000
const mostWaitMs = 20_000

/** After a run that its host disturbed: waits for a second without that, for 20 s at most, or until `signal` fires. */
export async function untilLeftAlone(
  { generator }: Pick<Judged, 'generator'>,
  signal?: AbortSignal,
): Promise<void> {
  const until = performance.now() + mostWaitMs
  const waits = () => !signal?.aborted && performance.now() < until
  for (let stolen: Partial<StolenTime> = generator; isMuchStolen(stolen) && waits();) {
    const since = countStolen()
    await sleep(quietMs, undefined, signal && { signal }).catch(() => {})
    stolen = since()
  }
}
