import os from 'node:os'
import { type Environment, readEnvironment } from '../environment.ts'
import { findMax } from '../find-max/find-max.ts'
import { machineUse, usedByOthers } from '../observe/machine-use.ts'
import type { RunResult } from '../record/result.ts'
import { runLoad } from '../run/run.ts'
import { urlScenario } from '../scenario/url-scenario.ts'
import type { Behaviour } from './behaviour.ts'
import { startFaultServer } from './fault-server.ts'
import { holdAgainst, type Truth } from './truth.ts'

export interface SelftestOptions {
  /** Shorter runs, for a look. @default false */
  quick?: boolean
  /** Stops between two runs. @default none */
  signal?: AbortSignal
  /** Called before each part. @default none */
  onProgress?: (progress: { label: string; done: number; total: number }) => void
}

/** One fault, measured and logged. */
export interface SelftestCase extends Truth {
  name: string
  verdict: RunResult['verdict']
  reasons: string[]
  latenessP99Ms: number | null
  /** Share of the machine that neither the generator nor the server used meanwhile; null where it cannot be read. */
  others: number | null
}

/**
 * What the generator's figures are worth on this host. TRUE: all runs were VALID and told what the servers logged.
 * WRONG: a run that called itself VALID did not, on a host that had nothing else to do. INVALID: the host was too busy
 * to tell.
 */
export interface TruthCertificate {
  verdict: 'TRUE' | 'WRONG' | 'INVALID'
  reasons: string[]
  cases: SelftestCase[]
  /** Arrivals per second that one generator can drive here, with a small server beside it, and remain VALID. */
  highestRate: number
  /** CPU microseconds of the generator for each request, at half that rate. */
  cpuMicrosPerRequest: number
  /** It holds as long as this stays the same: the fingerprint of kernel, Node, CPU and memory. */
  environment: Environment
  /** ISO 8601. */
  at: string
}

const rate = 200

/** Faults whose percentiles differ widely, so that a generator that hides any of them is found out. */
export const selftestCases: readonly { name: string; behaviour: Behaviour }[] = [
  { name: 'always 5 ms', behaviour: { kind: 'constant', delayMs: 5 } },
  { name: 'log-normal, median 20 ms', behaviour: { kind: 'lognormal', medianMs: 20, sigma: 0.5 } },
  { name: '3 % take 400 ms', behaviour: { kind: 'outliers', delayMs: 10, outlierMs: 400, share: 0.03 } },
  { name: 'stalls for 0.4 s', behaviour: { kind: 'stall', delayMs: 10, fromMs: 800, lengthMs: 400 } },
  { name: 'the body 60 ms after the head', behaviour: { kind: 'slow-body', delayMs: 60 } },
]

/** Measures servers that know their own times, and says whether this generator tells the truth on this host. */
export async function selftest(
  options: SelftestOptions = {},
  now: () => number = Date.now,
): Promise<TruthCertificate> {
  const { quick = false, signal, onProgress } = options
  const total = selftestCases.length + 2
  const cases: SelftestCase[] = []
  for (const { name, behaviour } of selftestCases) {
    signal?.throwIfAborted()
    onProgress?.({ label: name, done: cases.length, total })
    cases.push(await measureCase(name, behaviour, quick ? 2 : 6))
  }
  onProgress?.({ label: 'highest rate', done: total - 2, total })
  await using server = await startFaultServer({ kind: 'constant', delayMs: 0 })
  const scenarios = urlScenario(server.url)
  const seconds = quick ? 1 : 3
  const { rate: highestRate } = await findMax({
    budgets: ['errors < 1%'],
    from: 1000,
    mostRuns: quick ? 8 : 14,
    async run(tried, seed) {
      signal?.throwIfAborted()
      const load = {
        scenarios,
        rate: tried,
        seed,
        duration: `${seconds}s`,
        budgets: ['errors < 1%'],
      } as const
      return runLoad({ ...load, arrivals: 'poisson', warmup: '500ms' })
    },
  })
  onProgress?.({ label: 'CPU for each request', done: total - 1, total })
  const half = await runLoad({
    scenarios,
    rate: Math.max(1, highestRate / 2),
    duration: `${seconds}s`,
    warmup: '1s',
  })
  return {
    ...judgeCases(cases),
    cases,
    highestRate,
    cpuMicrosPerRequest: (half.generator.cpuSeconds * 1e6) / half.requests,
    environment: await readEnvironment(),
    at: new Date(now()).toISOString(),
  }
}

const tries = 3

/**
 * Above this share of the machine, the log of a server is not all of the truth: how long a request lay in the kernel
 * because another program had the core is a part of the response time that the server cannot know.
 */
const busyOthers = 0.1

type Judged = Pick<SelftestCase, 'name' | 'verdict' | 'reasons' | 'holds' | 'others'>

const isDisturbed = ({ verdict, holds, others }: Judged) =>
  verdict === 'VALID' && !holds && others !== null && others > busyOthers

/** A run that proves nothing is repeated: other programs on this host may pass. */
async function measureCase(name: string, behaviour: Behaviour, seconds: number): Promise<SelftestCase> {
  await using server = await startFaultServer(behaviour)
  for (let attempt = 1; ; attempt++) {
    const before = machineUse([server.pid])
    const result = await runLoad({
      scenarios: urlScenario(server.url),
      rate,
      arrivals: 'poisson',
      seed: attempt,
      duration: `${seconds}s`,
    })
    const truth = holdAgainst({ requests: result.requests, times: result.responseMs }, await server.report())
    const others = usedByOthers(before, machineUse([server.pid]), os.cpus().length)
    const { verdict, reasons } = result
    const found = { name, verdict, reasons, latenessP99Ms: result.latenessMs.p99, others, ...truth }
    if ((verdict !== 'INVALID' && !isDisturbed(found)) || attempt === tries) return judgedByHost(found)
  }
}

/** A VALID run whose figures are not those of the log proves nothing where other programs had the machine. */
export function judgedByHost<Case extends Judged>(found: Case): Case {
  if (!isDisturbed(found)) return found
  const share = `${Math.round(found.others! * 100)}%`
  const reason = `Other programs used ${share} of this machine: a server does not log for how long they kept it from a request.`
  return { ...found, verdict: 'INVALID', reasons: [reason] }
}

/** Says what the cases prove together. */
export function judgeCases(
  cases: readonly Pick<SelftestCase, 'name' | 'verdict' | 'reasons' | 'holds'>[],
): Pick<TruthCertificate, 'verdict' | 'reasons'> {
  const wrong = cases.filter(({ verdict, holds }) => verdict === 'VALID' && !holds)
  if (wrong.length > 0) {
    const reasons = wrong.map(
      ({ name }) => `"${name}": the run calls itself VALID, but the server logged otherwise.`,
    )
    return { verdict: 'WRONG', reasons }
  }
  const invalid = cases.filter(({ verdict }) => verdict !== 'VALID')
  if (invalid.length === 0) return { verdict: 'TRUE', reasons: [] }
  return {
    verdict: 'INVALID',
    reasons: invalid.map(({ name, reasons }) => `"${name}": ${reasons.join(' ')}`),
  }
}
