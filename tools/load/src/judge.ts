import { formatDuration } from '@hotpath/core'

export type Model = 'open' | 'closed'

/**
 * VALID: the figures speak of the server. INVALID: the generator was the limit, or nothing was measured; the reasons
 * say which. ABORTED: stopped before its time, the figures are those of the part that ran.
 */
export type LoadVerdict = 'VALID' | 'INVALID' | 'ABORTED'

/** What the verdict rests on. */
export interface Evidence {
  model: Model
  aborted: boolean
  requests: number
  /** How many of them were answered as they should be. */
  rightAnswers: number
  latenessP99Ms: number
  serviceP50Ms: number
  /** Share of the time in which the generator's event loop was busy, 0…1. */
  eventLoopUtilisation: number
  /** Arrivals started per second, as a share of those asked for. */
  achievedShare: number
  /** How many requests had to wait for a connection because all were in use. */
  waitedForConnection: number
  connections: number
}

export interface Judgement {
  verdict: LoadVerdict
  reasons: string[]
  /** The generator had no capacity left, so the server may have had some. */
  generatorLimited: boolean
}

const limits = {
  latenessMs: 2,
  latenessShareOfService: 0.05,
  busy: { open: 0.85, closed: 0.9 },
  achievedShare: 0.99,
} as const

/**
 * Decides whether a run may be believed.
 * In the closed model users wait for answers, so a busy generator slows the arrivals but falsifies no latency: it is
 * reported as `generatorLimited`, and a throughput of such a run is a lower bound.
 */
export function judge(evidence: Evidence): Judgement {
  const { model, eventLoopUtilisation } = evidence
  const generatorLimited = eventLoopUtilisation > limits.busy[model]
  const reasons = model === 'open' ? openReasons(evidence) : []
  if (evidence.requests === 0) reasons.push('Nothing was measured: no request came to its end.')
  else if (evidence.rightAnswers === 0) {
    reasons.push(`Nothing was measured: none of ${evidence.requests} requests was answered as it should be.`)
  }
  if (evidence.aborted) {
    return {
      verdict: 'ABORTED',
      reasons: ['The run was stopped before its time.', ...reasons],
      generatorLimited,
    }
  }
  return { verdict: reasons.length === 0 ? 'VALID' : 'INVALID', reasons, generatorLimited }
}

function openReasons(evidence: Evidence): string[] {
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
