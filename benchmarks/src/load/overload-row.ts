import { defineScenarios, type LoadOptions, runLoad, urlScenario } from '@hotpath/load'
import { route } from '@hotpath/core'
import { startFaultServer } from '@hotpath/load/selftest'
import type { BarResult, SuiteContext } from '../suite.ts'

/** Runs in which the generator is the limit, each in another way: every one must say so. */
export async function overloadRow({ quick, progress }: SuiteContext): Promise<BarResult> {
  const cells: Record<string, string> = {}
  let flagged = 0
  for (const { name, delayMs, load, before } of overloads(quick ? 1 : 2)) {
    progress(`overloaded: ${name}`)
    await using server = await startFaultServer({ kind: 'constant', delayMs })
    const end = before?.()
    const result = await runLoad({ scenarios: urlScenario(server.url), origin: server.url, ...load })
    end?.()
    const saysSo = result.verdict === 'INVALID' || (load.model === 'closed' && result.generatorLimited)
    if (saysSo) flagged += 1
    const reasons = result.reasons.join(' ') || (saysSo ? 'generatorLimited' : 'nothing')
    cells[name] = `${result.verdict}: ${reasons}`
  }
  const share = flagged / Object.keys(cells).length
  return {
    id: 'overload-flagged',
    what: 'Runs with an overloaded generator that say so',
    ours: share,
    peers: {},
    unit: 'share of runs',
    ratio: share,
    bar: 'all',
    holds: share === 1,
    cells,
  }
}

interface Overload {
  name: string
  delayMs: number
  load: Partial<LoadOptions>
  /** Begins what burdens the generator; the function it gives ends it. */
  before?: () => () => void
}

function overloads(times: number): Overload[] {
  const duration = '2s'
  return Array.from({ length: times }, (_, index) => index + 1).flatMap((scale): Overload[] => [
    {
      name: `${4 * scale} connections where ${20 * scale} are needed`,
      delayMs: 100,
      load: { rate: 200 * scale, duration, connections: 4 * scale },
    },
    { name: `${50_000 * scale} requests/s`, delayMs: 0, load: { rate: 50_000 * scale, duration: '1s' } },
    {
      name: `a scenario that computes for ${8 * scale} ms, 200 times a second`,
      delayMs: 5,
      load: { rate: 200, duration, scenarios: computing(8 * scale) },
    },
    {
      name: `a generator held up for ${75 * scale} ms, every 300 ms`,
      delayMs: 5,
      load: { rate: 200, duration },
      before: () => heldUp(75 * scale),
    },
    {
      name: `closed: ${16 * scale} users whose scenario computes for 2 ms`,
      delayMs: 0,
      load: { model: 'closed', users: 16 * scale, duration, scenarios: computing(2) },
    },
  ])
}

function computing(ms: number): LoadOptions['scenarios'] {
  return defineScenarios([route('GET /')], ({ scenario, request }) => ({
    computing: scenario({
      run() {
        spin(ms)
        return request('GET /')
      },
    }),
  })).computing
}

function heldUp(ms: number): () => void {
  const timer = setInterval(() => spin(ms), 300)
  return () => clearInterval(timer)
}

function spin(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}
