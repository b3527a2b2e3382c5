import type { AlertSeverity } from '@hotpath/core'
import type { Evaluation } from './evaluate.ts'
import type { Timing } from './timing.ts'

/** How an alert stands, between two looks. */
export interface Standing {
  state: 'ok' | 'pending' | 'firing' | 'resolved'
  /** When it began to hold. */
  since: number
  firedAt: number | null
  resolvedAt: number | null
  /** Since when it is well again while it still fires; null while it is not. */
  wellSince: number | null
  severity: AlertSeverity
}

export const atEase: Standing = {
  state: 'ok',
  since: 0,
  firedAt: null,
  resolvedAt: null,
  wellSince: null,
  severity: 'ticket',
}

type Step = Pick<Evaluation, 'status' | 'isUrgent'> & {
  /** How long it must hold before anybody is told. */
  holdMs: number
}

/**
 * The next standing: ok → pending → firing → resolved → ok. What begins an alert is worse than what keeps it, and it
 * must be well for a while before it ends, so that a figure at its bound does not ring twice a minute.
 */
export function advance(
  before: Standing,
  step: Step,
  { now, timing }: { now: number; timing: Pick<Timing, 'clearMs' | 'showMs'> },
): Standing {
  const isOver = step.status === 'over'
  switch (before.state) {
    case 'ok':
      return isOver ? begin(step, now) : before
    case 'resolved':
      if (isOver) return begin(step, now)
      return now - before.resolvedAt! >= timing.showMs ? atEase : before
    case 'pending':
      if (!isOver) return atEase
      return now - before.since >= step.holdMs
        ? { ...before, state: 'firing', firedAt: now, severity: severityOf(step) }
        : before
    default:
      return stay(before, step, { now, timing })
  }
}

function begin(step: Step, now: number): Standing {
  const severity = severityOf(step)
  if (step.holdMs > 0) return { ...atEase, state: 'pending', since: now, severity }
  return { ...atEase, state: 'firing', since: now, firedAt: now, severity }
}

function stay(
  before: Standing,
  step: Step,
  { now, timing }: { now: number; timing: Pick<Timing, 'clearMs' | 'showMs'> },
): Standing {
  // It gets worse; it does not get better before it ends.
  const severity = step.status === 'over' && step.isUrgent ? 'page' : before.severity
  const isWell = step.status === 'under' || step.status === 'too few'
  if (!isWell) return { ...before, severity, wellSince: null }
  const wellSince = before.wellSince ?? now
  if (now - wellSince < timing.clearMs) return { ...before, wellSince }
  return { ...before, state: 'resolved', resolvedAt: now, wellSince: null }
}

const severityOf = ({ isUrgent }: Step): AlertSeverity => (isUrgent ? 'page' : 'ticket')
