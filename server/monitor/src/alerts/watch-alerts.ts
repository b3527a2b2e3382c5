import type { Clock } from '@hotpath/core'
import type { Promises } from '../promises.ts'
import type { RequestMetrics } from '../request-metrics.ts'
import { type AlertQuestion, type AlertShare, shareAlerts } from './alert-share.ts'
import type { AlertState } from './alert-state.ts'
import { followCauses } from './causes.ts'
import { type AlertEngine, createAlertEngine } from './engine.ts'
import { type History, noHistory } from './history-file.ts'
import { rulesOf } from './rules.ts'
import type { Sink } from './sinks.ts'
import { countSubjects } from './subject-counts.ts'
import { type AlertTiming, readTiming } from './timing.ts'

export interface AlertsOptions {
  /** The application's name, for those who are told. */
  app: string
  /** Which version of the application runs. */
  version: string
  promises: Pick<Promises, 'targets' | 'routes'>
  /** What the promises are held against; a bound in milliseconds is one of its buckets. */
  requests: Pick<RequestMetrics, 'routes'>
  timing?: AlertTiming
  /** @default nothing is kept across restarts */
  history?: History
  /** @default none: alerts are shown and not sent */
  sinks?: readonly Sink[]
  /** Of several processes one evaluates: this one only counts until `lead` is called. @default false */
  standby?: boolean
  clock: Clock
}

/** What a process needs to evaluate for all. */
export interface Lead {
  history: History
  /** What the process that evaluated before kept; null where none did. */
  state: AlertState | null
  /** Asks the other processes; null where this one is to evaluate no longer. */
  others(question: AlertQuestion): Promise<readonly AlertShare[] | null>
  /** Keeps what the next one must know; called when that changed, before anybody is told. */
  keep(state: AlertState): void
}

/** Counts what the promises are about, and says when one is broken. */
export interface AlertWatch {
  /** Null while another process evaluates. */
  readonly engine: AlertEngine | null
  /** What this process counted, for the one that evaluates. */
  share(question: AlertQuestion): AlertShare
  /** Evaluates from now on, for all processes. */
  lead(lead: Lead): AlertEngine
  /** Looks at this process alone, now; otherwise everything is looked at on a timer. */
  look(): void
  /** Whoever opened the history and the sinks closes them. */
  close(): void
}

/** Begins to watch. Nothing of it keeps the process alive. */
export function watchAlerts(options: AlertsOptions): AlertWatch {
  const { app, version, promises, requests, clock, history = noHistory, sinks = [] } = options
  const timing = readTiming(options.timing)
  const startedAt = clock()
  const rules = rulesOf(promises)
  const counter = countSubjects(rules, { timing, requests, now: startedAt })
  const causes = followCauses(startedAt)
  let engine: AlertEngine | null = null
  let timer: NodeJS.Timeout | undefined

  const share = (question: AlertQuestion): AlertShare =>
    shareAlerts(question, { counter, causes, requests, startedAt, now: clock() })

  function begin({ history, state, keep }: Pick<Lead, 'history' | 'state' | 'keep'>): AlertEngine {
    const { spent } = causes
    const given = { app, version, rules, timing, sinks, startedAt, clock }
    return createAlertEngine({ ...given, history, state, keep, spent })
  }

  function look(): void {
    const asked = engine?.question()
    if (asked) engine!.look(asked, [share(asked)])
  }

  async function lookAtAll(others: Lead['others']): Promise<void> {
    const asked = engine?.question()
    const shares = asked && (await others(asked))
    if (shares) engine?.look(asked, [share(asked), ...shares])
    else resign()
  }

  function resign(): void {
    clearInterval(timer)
    engine = null
  }

  if (!options.standby) {
    engine = begin({ history, state: null, keep() {} })
    timer = setInterval(look, timing.everyMs).unref()
  }
  return {
    get engine() {
      return engine
    },
    share,
    lead(given) {
      resign()
      engine = begin(given)
      timer = repeat(() => lookAtAll(given.others), timing.everyMs)
      return engine
    },
    look,
    close() {
      resign()
      counter.close()
      causes.close()
    },
  }
}

/** At once, and again and again; one that has not ended is not begun anew. */
function repeat(work: () => Promise<void>, everyMs: number): NodeJS.Timeout {
  let running: Promise<void> | undefined
  const begin = (): void => {
    running ??= work().finally(() => (running = undefined))
  }
  setImmediate(begin)
  return setInterval(begin, everyMs).unref()
}
