import { setTimeout as pause } from 'node:timers/promises'
import type { Alerts, AlertTestOutcome, FleetShare, Silence, Worker } from '@hotpath/core'
import type {
  AlertQuestion,
  AlertShare,
  AlertState,
  AlertWatch,
  History,
  SilenceWish,
} from '@hotpath/monitor'
import type { FleetLink } from './fleet-link.ts'

/**
 * The alerts of an application, whichever of its processes is asked: one of them evaluates what all of them counted,
 * tells, and keeps what is silent. Null where that one could not be asked.
 */
export interface FleetAlerts {
  view(): Promise<Alerts | null>
  silence(wish: SilenceWish): Promise<{ worker: Worker; silences: Silence[] } | null>
  test(): Promise<AlertTestOutcome | null>
}

/** Between the death of the one that evaluates and its successor lie moments. */
const [attempts, pauseMs] = [5, 200]

/** Evaluates where this process leads, with the history that `openHistory` opens then. */
export function fleetAlerts(
  watch: AlertWatch,
  { link, openHistory }: { link: FleetLink; openHistory: () => Promise<History> },
): FleetAlerts {
  const { worker } = link
  /** Whom the last look saw. */
  let fleet: FleetShare | undefined
  let beginning = Promise.resolve()

  async function begin(kept: unknown): Promise<void> {
    if (watch.engine) return
    const history = await openHistory()
    watch.lead({ history, state: kept as AlertState | null, others, keep: link.keep })
  }
  async function others(question: AlertQuestion): Promise<readonly AlertShare[] | null> {
    const { answers, ...told } = await link.ask('alert-counts', question)
    fleet = told.fleet
    return link.leads() ? (answers as (AlertShare | null)[]).filter((share) => share !== null) : null
  }
  link.answer('alert-counts', watch.share)
  link.onLead((kept) => void (beginning = begin(kept)))

  /** Does it here, where this process evaluates; else asks the one that does. */
  function of<About, Told>(
    name: string,
    here: (engine: NonNullable<AlertWatch['engine']>, about: About) => Told | Promise<Told>,
  ): (about: About) => Promise<Told | null> {
    link.answer<About>(name, (about) => (watch.engine ? here(watch.engine, about) : null))
    return async (about) => {
      for (let attempt = 1; ; attempt++) {
        await beginning
        if (watch.engine) return here(watch.engine, about)
        const { answers, fleet } = await link.ask(name, about)
        const told = answers.find((answer) => answer !== null) as Told | undefined
        // One that did not answer may be the one that did it: nothing is asked for twice.
        if (told !== undefined || fleet.missing.length > 0 || attempt === attempts) return told ?? null
        await pause(pauseMs)
      }
    }
  }

  const view = of<null, Alerts>('alerts', (engine) => {
    return { worker, ...engine.view(), ...(!link.isAlone && fleet && { fleet }) }
  })
  const test = of<null, AlertTestOutcome>('test-alerts', async (engine) => {
    return { worker, sinks: await engine.test() }
  })
  return {
    view: () => view(null),
    silence: of('silence', (engine, wish: SilenceWish) => ({ worker, silences: engine.silence(wish) })),
    test: () => test(null),
  }
}
