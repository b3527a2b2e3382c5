import { type RunResult, runLoad, urlScenario } from '@hotpath/load'
import { type AutocannonResult, runAutocannon } from '../load/autocannon.ts'
import { quantile, startTruthful, type Truthful } from '../load/truthful.ts'
import type { BarResult, Suite, SuiteContext } from '../suite.ts'
import { packageVersion } from '../versions.ts'

const rate = 100
/** Autocannon's connections in the open runs: more than 100 requests/s × 50 ms need. */
const connections = 20
const delayMs = 50

/** Does the generator tell the truth? Servers that know their own times, beside autocannon. */
export const load: Suite = {
  name: 'load',
  description: 'figures of the load generator beside the truth that the server logs, and beside autocannon',
  versions: () => ({ undici: packageVersion('undici'), autocannon: packageVersion('autocannon') }),
  async run(context) {
    return [...(await constant(context)), ...(await stalled(context)), ...(await saturated(context))]
  },
}

async function constant({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const seconds = quick ? 3 : 10
  await using server = await startTruthful({ delayMs })
  progress(`${rate} requests/s for ${seconds} s to a server that always answers in ${delayMs} ms`)
  const { ours } = await believable(server, seconds, progress)
  progress('the same with autocannon')
  const autocannon = await runAutocannon(server.url, { connections, seconds, rate })
  const allowedMs = Math.max(0.02 * delayMs, 1.5)
  return [
    {
      id: 'constant-p50',
      what: `Median response time of a server that always answers in ${delayMs} ms, at ${rate}/s`,
      ours: measured(ours.responseMs.p50),
      peers: { autocannon: autocannon.p50 },
      unit: 'ms',
      ratio: measured(ours.responseMs.p50) / delayMs,
      bar: `within ${allowedMs} ms of ${delayMs}`,
      holds: Math.abs(measured(ours.responseMs.p50) - delayMs) <= allowedMs,
    },
    {
      id: 'constant-count',
      what: 'Requests counted, of those due',
      ours: ours.requests,
      peers: {},
      unit: 'requests',
      ratio: ours.requests / (rate * seconds),
      bar: 'exact',
      holds: ours.requests === rate * seconds,
    },
  ]
}

/** The percentiles that a stall of 15 % of the run decides, and what autocannon calls them. */
const percentiles: readonly { name: 'p90' | 'p95' | 'p99'; q: number; peer?: keyof AutocannonResult }[] = [
  { name: 'p90', q: 0.9, peer: 'p90' },
  { name: 'p95', q: 0.95 },
  { name: 'p99', q: 0.99, peer: 'p99' },
]

async function stalled({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const seconds = quick ? 5 : 10
  const stall = { fromMs: 425 * seconds, lengthMs: 150 * seconds }
  await using server = await startTruthful({ delayMs, stall })
  progress(`the same server with a stall of ${stall.lengthMs} ms in the middle of ${seconds} s`)
  const { ours, truth } = await believable(server, seconds, progress)
  progress('the same with autocannon')
  const autocannon = await runAutocannon(server.url, { connections, seconds, rate })
  return percentiles.map(({ name, q, peer }) => {
    const logged = quantile(truth, q)
    const ratio = measured(ours.responseMs[name]) / logged
    return {
      id: `stall-${name}`,
      what: `${name} of the response time over a stall of ${stall.lengthMs / 1000} s, at ${rate}/s`,
      ours: measured(ours.responseMs[name]),
      peers: { "the server's log": logged, ...(peer ? { autocannon: autocannon[peer] } : {}) },
      unit: 'ms',
      ratio,
      bar: "within 2 % of the server's log",
      holds: Math.abs(ratio - 1) <= 0.02,
    }
  })
}

async function saturated({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  const seconds = quick ? 2 : 5
  const users = 32
  await using server = await startTruthful({ delayMs: 0 })
  progress(`${users} users for ${seconds} s against a server that answers at once`)
  const ours = await runLoad({
    scenarios: urlScenario(server.url),
    model: 'closed',
    users,
    warmup: '1s',
    duration: `${seconds}s`,
  })
  progress('the same with autocannon')
  const autocannon = await runAutocannon(server.url, { connections: users, seconds })
  const perCpuSecond = ours.requests / ours.generator.cpuSeconds
  return [
    {
      id: 'generator-cost',
      what: 'Small answers per CPU second of the generator (autocannon: per second of its one thread)',
      ours: perCpuSecond,
      peers: { autocannon: autocannon.requestsPerSecond },
      unit: 'requests/s',
      ratio: perCpuSecond / autocannon.requestsPerSecond,
      bar: '≥ 8,000 per CPU second',
      holds: perCpuSecond >= 8000,
    },
  ]
}

const attempts = 5

/** Repeats a run that calls itself INVALID, as a busy machine makes it. @throws Error when none is VALID */
async function believable(
  origin: Truthful,
  seconds: number,
  progress: SuiteContext['progress'],
): Promise<Believable> {
  let reasons: string[] = []
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const ours = await runLoad({ scenarios: urlScenario(origin.url), rate, duration: `${seconds}s` })
    const truth = await origin.truth()
    if (ours.verdict === 'VALID') return { ours, truth }
    reasons = ours.reasons
    progress(`run ${attempt} of at most ${attempts} is ${ours.verdict}: ${reasons.join(' ')}`)
  }
  throw new Error(`No run was VALID: ${reasons.join(' ')}`)
}

interface Believable {
  ours: RunResult
  /** Milliseconds from arrival to answer by the server's log, ascending. */
  truth: number[]
}

/** A figure of a valid run; such a run has them all. */
function measured(value: number | null): number {
  if (value === null) throw new Error('A valid run lacks a figure.')
  return value
}
