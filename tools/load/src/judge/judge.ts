import { formatDuration } from '@hotpath/core'
import { allowedShare, isMuchStolen, type StolenTime } from './stolen-time.ts'

export type Model = 'open' | 'closed'

/**
 * VALID: the figures speak of the server. INVALID: the generator or its machine was the limit, or nothing was measured;
 * the reasons say which. ABORTED: stopped before its time, the figures are those of the part that ran.
 */
export type LoadVerdict = 'VALID' | 'INVALID' | 'ABORTED'

/** What the verdict rests on. */
export interface Evidence {
  model: Model
  aborted: boolean
  requests: number
  /** How many of them were answered as they should be. */
  rightAnswers: number
  /** One for each generator that took part. */
  generators: readonly GeneratorEvidence[]
}

/** How one generator fared. */
export interface GeneratorEvidence extends StolenTime {
  latenessP99Ms: number
  serviceP50Ms: number
  /** Share of the time in which its event loop was busy, 0…1. */
  eventLoopUtilisation: number
  /** How late it came to what was ready, half of the time. */
  eventLoopDelayP50Ms: number
  /** Arrivals started per second, as a share of those asked for; 1 in the closed model. */
  achievedShare: number
  /** How many requests had to wait for a connection because all were in use. */
  waitedForConnection: number
  connections: number
  /** Requests that failed because this machine had no socket, port or memory for them. */
  outOfSockets: number
}

export interface Judgement {
  verdict: LoadVerdict
  reasons: string[]
  /** A generator had no capacity left, so the server may have had some. */
  generatorLimited: boolean
}

const limits = {
  latenessMs: 2,
  latenessShareOfService: 0.05,
  busy: { open: 0.85, closed: 0.9 },
  achievedShare: 0.99,
} as const

/** Failures of the machine that the generator runs on, which say nothing of the server. */
export const ownFailures: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENOMEM',
])

/**
 * Decides whether a run may be believed: not when any of its generators was the limit.
 * In the closed model users wait for answers, so a busy generator slows the arrivals: it is reported as
 * `generatorLimited`, and a throughput of such a run is a lower bound. A generator that is itself kept from running reads
 * answers late, which falsifies the latencies of both models; so does a host that runs something else meanwhile.
 */
export function judge({ model, aborted, requests, rightAnswers, generators }: Evidence): Judgement {
  const generatorLimited = generators.some((one) => one.eventLoopUtilisation > limits.busy[model])
  const reasons = generators.flatMap((one, index) => {
    const own = [...(model === 'open' ? openReasons(one) : []), ...reasonsOfAll(one)]
    return generators.length === 1 ? own : own.map((reason) => `Generator ${index + 1}: ${reason}`)
  })
  if (requests === 0) reasons.push('Nothing was measured: no request came to its end.')
  else if (rightAnswers === 0) {
    reasons.push(`Nothing was measured: none of ${requests} requests was answered as it should be.`)
  }
  if (!aborted) return { verdict: reasons.length === 0 ? 'VALID' : 'INVALID', reasons, generatorLimited }
  return {
    verdict: 'ABORTED',
    reasons: ['The run was stopped before its time.', ...reasons],
    generatorLimited,
  }
}

const reasonsOfAll = (one: GeneratorEvidence) => [
  ...delayReasons(one),
  ...stolenReasons(one),
  ...socketReasons(one),
]

function delayReasons({ eventLoopDelayP50Ms, serviceP50Ms }: GeneratorEvidence): string[] {
  const allowedMs = Math.max(limits.latenessMs, limits.latenessShareOfService * serviceP50Ms)
  if (eventLoopDelayP50Ms <= allowedMs) return []
  return [
    `Answers were read late: half of the time more than ${formatDuration(eventLoopDelayP50Ms)} after they came, allowed are ${formatDuration(allowedMs)}.`,
  ]
}

function stolenReasons(evidence: GeneratorEvidence): string[] {
  if (!isMuchStolen(evidence)) return []
  return [
    `The host of this virtual machine took ${percent(evidence.stolenShare!)} of its CPU time for others, allowed are ${percent(allowedShare)}: the times are partly its own.`,
  ]
}

function socketReasons({ outOfSockets }: GeneratorEvidence): string[] {
  if (outOfSockets === 0) return []
  return [
    `This machine ran out of sockets, ports or memory for ${outOfSockets} requests (raise "ulimit -n", or keep connections alive).`,
  ]
}

function openReasons(evidence: GeneratorEvidence): string[] {
  const { latenessP99Ms, serviceP50Ms, eventLoopUtilisation, achievedShare, waitedForConnection } = evidence
  const allowedMs = Math.max(limits.latenessMs, limits.latenessShareOfService * serviceP50Ms)
  const reasons: string[] = []
  if (latenessP99Ms > allowedMs) {
    reasons.push(
      `Requests were sent late: p99 ${formatDuration(latenessP99Ms)} after they were due, allowed are ${formatDuration(allowedMs)}.`,
    )
  }
  if (eventLoopUtilisation > limits.busy.open) {
    reasons.push(
      `The generator's event loop was busy for ${percent(eventLoopUtilisation)} of the time, allowed are ${percent(limits.busy.open)}.`,
    )
  }
  if (achievedShare < limits.achievedShare) {
    reasons.push(
      `Only ${percent(achievedShare)} of the asked rate was sent, required are ${percent(limits.achievedShare)}.`,
    )
  }
  if (waitedForConnection > 0) {
    reasons.push(
      `All ${evidence.connections} connections were in use, and ${waitedForConnection} requests had to wait for one.`,
    )
  }
  return reasons
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`
