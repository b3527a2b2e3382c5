import type { Alerts, AlertTestOutcome, Silence, Worker } from '@hotpath/core'
import type { AlertWatch, SilenceWish } from '@hotpath/monitor'
import type { FleetAnswers } from './fleet-link.ts'

/** The alerts of an application, whichever of its processes is asked: one of them tells, and keeps what is silent. */
export interface FleetAlerts {
  view(): Promise<Alerts>
  silence(wish: SilenceWish): Promise<{ worker: Worker; silences: Silence[] }>
  test(): Promise<AlertTestOutcome>
}

/** Of several processes the first; a process that stands alone is it. */
export const tells = ({ number }: Pick<Worker, 'number'>): boolean => number === null || number === 1

/** What a process answers to the others: null where it is not the one that tells. */
export function alertAnswers(
  alerts: AlertWatch,
  worker: Worker,
): Record<'alerts' | 'silence' | 'test-alerts', (about: never) => unknown> {
  const own = ownAlerts(alerts, worker)
  return {
    alerts: () => (tells(worker) ? own.view() : null),
    silence: (wish: SilenceWish) => (tells(worker) ? own.silence(wish) : null),
    'test-alerts': () => (tells(worker) ? own.test() : null),
  }
}

/** Asks the process that tells; where it does not answer, what this one knows. */
export function fleetAlerts(
  alerts: AlertWatch,
  { worker, ask }: { worker: Worker; ask: (name: string, about?: unknown) => Promise<FleetAnswers> },
): FleetAlerts {
  const own = ownAlerts(alerts, worker)
  if (tells(worker)) return own
  const first = async <T>(name: string, about?: unknown) =>
    (await ask(name, about)).answers.find((answer) => answer !== null) as T | undefined
  return {
    view: async () => (await first<Alerts>('alerts')) ?? own.view(),
    silence: async (wish) =>
      (await first<{ worker: Worker; silences: Silence[] }>('silence', wish)) ?? own.silence(wish),
    test: async () => (await first<AlertTestOutcome>('test-alerts')) ?? own.test(),
  }
}

function ownAlerts(alerts: AlertWatch, worker: Worker): FleetAlerts {
  return {
    view: async () => ({ worker, ...alerts.view() }),
    silence: async (wish) => ({ worker, silences: alerts.silence(wish) }),
    test: async () => ({ worker, sinks: await alerts.test() }),
  }
}
