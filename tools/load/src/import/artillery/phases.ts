import type { NoteTaker } from '../imported.ts'
import { isRecord, listOf, type ScriptDocument } from '../document.ts'
import { readTime } from './time.ts'

/** A part of an open run: the arrival rate goes from `from` to `rate`. */
export interface RateStage {
  duration: number
  from: number
  rate: number
}

/** Artillery's load phases as stages; times in milliseconds. */
export function readPhases({ data, lineOf }: ScriptDocument, notes: NoteTaker): RateStage[] {
  const config = isRecord(data.config) ? data.config : {}
  const stages: RateStage[] = []
  for (const [index, phase] of listOf(config.phases).entries()) {
    const line = lineOf(['config', 'phases', index])
    const stage = isRecord(phase) ? readPhase(phase) : null
    if (stage === null) {
      notes.skipped(line, `phase ${index + 1}: it has no duration, or no arrivals`)
      continue
    }
    if (isRecord(phase) && phase.maxVusers !== undefined) {
      notes.skipped(line, 'maxVusers: the number of users at a time is not capped; connections are')
    }
    stages.push(stage)
  }
  return stages
}

function readPhase(phase: Record<string, unknown>): RateStage | null {
  const pause = phase.pause === undefined ? null : readTime(phase.pause)
  if (pause !== null) return { duration: pause, from: 0, rate: 0 }
  const duration = readTime(phase.duration)
  if (duration === null || duration === 0) return null
  if (phase.arrivalCount !== undefined) {
    const rate = (Number(phase.arrivalCount) * 1000) / duration
    return Number.isFinite(rate) ? { duration, from: rate, rate } : null
  }
  const from = Number(phase.arrivalRate ?? (phase.rampTo === undefined ? Number.NaN : 0))
  const rate = Number(phase.rampTo ?? from)
  return Number.isFinite(from) && Number.isFinite(rate) ? { duration, from, rate } : null
}
