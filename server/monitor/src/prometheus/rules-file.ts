import type { Route, Target } from '@hotpath/core'
import { conditionOf } from '../alerts/condition.ts'
import { type Rule, rulesOf } from '../alerts/rules.ts'
import { readTiming } from '../alerts/timing.ts'
import { readPromises } from '../promises.ts'
import { type Limit, limitsOf } from './limits.ts'
import { countQuery, figureQuery, type Selection } from './queries.ts'
import { writeYaml, type Yaml } from './yaml.ts'

/** What an application promises, and where Prometheus finds its metrics. */
export interface Promised extends Selection {
  app: string
  routes: readonly Route[]
  targets: readonly Target[]
}

/** Fewer requests than this, in the longer window, ring nobody. */
const leastRequests = 20

/** The rules that Prometheus can hold: it sees what this process sees. Hit rates are known of all routes together. */
export function watchedRules({ routes, targets }: Pick<Promised, 'routes' | 'targets'>): Rule[] {
  const rules = rulesOf(readPromises(routes, targets))
  return rules.filter(({ kind, route }) => kind !== null && !(kind === 'misses' && route !== null))
}

/** The name of what is recorded of a rule over a window; the rule is its label. */
export const recordName = (window: string): string => `hotpath:promise:${window}`

/** Names of alerts are identifiers by custom: `HotpathLatency`. */
export const alertName = ({ figure }: Rule): string => `Hotpath${figure[0]!.toUpperCase()}${figure.slice(1)}`

/**
 * Recording and alert rules of every promise, as a rules file for Prometheus 2: the windows and limits are those of
 * the live alerts, in whole minutes.
 * @throws HP_BUDGET_INVALID
 */
export function prometheusRules(promised: Promised): string {
  const rules = watchedRules(promised)
  return writeYaml({
    groups: [
      { name: `${promised.app}-promises`, rules: rules.flatMap((rule) => records(rule, promised)) },
      { name: `${promised.app}-alerts`, rules: rules.flatMap((rule) => alerts(rule, promised)) },
    ],
  })
}

const labelsOf = ({ id, route }: Rule, app: string) => ({
  app,
  rule: id,
  ...(route !== null && { path: route }),
})

function records(rule: Rule, { app, ...at }: Promised): Yaml[] {
  const windows = new Set(limitsOf(rule).flatMap(({ long, short }) => [long, short]))
  return Array.from(windows, (window) => ({
    record: recordName(window),
    expr: figureQuery(rule, window, at),
    labels: labelsOf(rule, app),
  }))
}

function alerts(rule: Rule, { app, ...at }: Promised): Yaml[] {
  const condition = conditionOf(rule, readTiming())
  return limitsOf(rule).map((limit) => ({
    alert: alertName(rule),
    expr: `${over(rule, limit)} and on() ${countQuery(rule, limit.long, at)} >= ${leastRequests}`,
    ...(limit.hold !== '0s' && { for: limit.hold }),
    labels: { ...labelsOf(rule, app), severity: limit.severity, window: limit.long },
    annotations: {
      summary: `${rule.route ?? `All requests of ${app}`}: ${rule.budget.text} is broken`,
      description: `It fires when ${condition}. Now {{ $value | printf "%.4g" }}.`,
    },
  }))
}

function over({ id }: Rule, { long, short, comparison, value }: Limit): string {
  const of = (window: string) => `${recordName(window)}{rule=${JSON.stringify(id)}} ${comparison} ${value}`
  return long === short ? of(long) : `${of(long)} and ${of(short)}`
}
