import type { BudgetUnit } from '../budget.ts'
import type { FleetShare, Worker } from './worker.ts'

/** `page`: users notice it now; `ticket`: it can wait until the morning. */
export type AlertSeverity = 'page' | 'ticket'

/** `pending`: it holds, not yet long enough to tell anybody; `resolved` stays visible for a while. */
export type AlertState = 'pending' | 'firing' | 'resolved'

/** What an alert is about: which figure of requests, or a deploy that made a route slower. */
export type AlertFigure = 'latency' | 'errors' | 'hit' | 'rate' | 'statement' | 'regression'

/** One thing that is wrong, or was: there is one for each rule. Times are milliseconds since 1970. */
export interface Alert {
  /** The rule's: `latency:GET /api/ballots/:id:p95 < 50ms`. */
  id: string
  figure: AlertFigure
  severity: AlertSeverity
  state: AlertState
  /** The declared route; null where it is about all requests. */
  route: string | null
  /** The promise as it was written; null for a regression. */
  budget: string | null
  /** What is wrong, in plain words with its figures, and why where that can be told. */
  sentence: string
  /** The figures behind it, one a line. */
  evidence: string[]
  /** How many times over what is allowed: the larger, the worse. */
  excess: number
  /** When it began to hold. */
  since: number
  /** When it was told; null while it is pending. */
  firedAt: number | null
  resolvedAt: number | null
  /** The silence that keeps it from being sent; null when there is none. */
  silence: string | null
  /** Ids of what else is wrong by the same route or the same figure, told together with it. Empty for those. */
  related: string[]
  /** The id of the alert that it is told with; null for the worst of its group. */
  partOf: string | null
}

/** What is watched, whether anything is wrong or not. */
export interface AlertRule {
  id: string
  figure: AlertFigure
  route: string | null
  /** `p95 < 50ms` */
  budget: string
  /** When it fires: `over 10 % of requests take longer than 50 ms, in 5 minutes and in 1`. */
  condition: string
  state: 'ok' | AlertState | 'too few requests' | 'not watched'
  /** Why it is not watched, or what is missing to judge; empty otherwise. */
  reason: string
  /** The figure in the longest window that it looks at; null when it was not measured. */
  value: number | null
  unit: BudgetUnit
  requests: number
}

/** Something that happened, the newest first. Kept across restarts. */
export interface AlertEvent {
  at: number
  /** Of the alert; null for what is about none. */
  alert: string | null
  kind: 'firing' | 'resolved' | 'silenced' | 'deploy' | 'test'
  severity: AlertSeverity
  route: string | null
  text: string
}

/** Alerts that match are watched and shown, and not sent. */
export interface Silence {
  id: string
  /** Of rules; null with a null route is everything. */
  rule: string | null
  route: string | null
  /** Milliseconds since 1970. */
  from: number
  until: number
  reason: string
}

/** Where alerts are sent, and how that fared since the start. */
export interface AlertSink {
  kind: 'log' | 'webhook'
  /** The host of a webhook; it may carry a secret in its path. */
  target: string
  sent: number
  failed: number
  /** Given up, or thrown away as too many waited. */
  dropped: number
  waiting: number
  /** Of the last attempt; null when it went well or there was none. */
  problem: string | null
}

/** GET /_hotpath/api/alerts. */
export interface Alerts {
  /** The one that evaluates. */
  worker: Worker
  /** The processes whose requests the last look saw; missing where one stands alone. */
  fleet?: FleetShare
  now: number
  /** Pending, firing and lately resolved; the worst first. */
  alerts: Alert[]
  rules: AlertRule[]
  history: AlertEvent[]
  silences: Silence[]
  sinks: AlertSink[]
  /** The version that runs, and since when it was seen. */
  version: { name: string; since: number }
}

/** The body of POST /_hotpath/api/alerts/silence; answered with the Silence. */
export interface SilenceRequest {
  /** Id of a rule. @default all rules */
  rule?: string
  /** @default all routes */
  route?: string
  /** `30m`; at most 30 days. `0s` ends those with the same rule and route. */
  for: string
  /** 1 to 200 characters. */
  reason: string
}

/** The answer of POST /_hotpath/api/alerts/test: one for each sink. */
export interface AlertTestOutcome {
  worker: Worker
  sinks: { kind: AlertSink['kind']; target: string; delivered: boolean; problem: string | null }[]
}
