import { fileURLToPath } from 'node:url'
import { bareHead, browserHead, type RequestHead } from '../http/heads.ts'
import { interleave } from '../http/interleave.ts'
import { startScript } from '../http/pinned.ts'
import type { BarResult, SuiteContext } from '../suite.ts'

const civicq = fileURLToPath(new URL('./civicq.ts', import.meta.url))
const least = 0.97
const path = '/api/cities'

/** CivicQ's cached reads with everything observed, beside the same with nobody listening. */
export async function overheadBars(context: SuiteContext): Promise<BarResult[]> {
  await using stack = new AsyncDisposableStack()
  const on = stack.use(await startScript(civicq, 'on'))
  const off = stack.use(await startScript(civicq, 'off'))
  const bar = async (id: string, words: string, head: RequestHead): Promise<BarResult> => {
    const { quick, progress } = context
    const { observed, unobserved } = await interleave(
      { observed: { peer: on, path, head }, unobserved: { peer: off, path, head } },
      { rounds: quick ? 2 : 10, seconds: quick ? 1 : 3, progress },
    )
    const ratio = observed.rate / unobserved.rate
    return {
      id,
      what: `CivicQ's cached reads with metrics, traces, timeline, alerts and vitals on, ${words}`,
      ours: observed.rate,
      peers: { 'nobody listening': unobserved.rate },
      unit: 'requests/s',
      ratio,
      bar: `≥ ${least} × with nobody listening`,
      holds: ratio >= least,
    }
  }
  return [
    await bar('overhead-cached-reads', 'a bare request head', bareHead),
    await bar('overhead-cached-reads-browser', "a browser's request head, told Server-Timing", browserHead),
  ]
}
