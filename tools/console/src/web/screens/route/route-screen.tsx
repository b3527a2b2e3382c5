import { formatBytes, formatDuration, formatValue, parseBudget, paths, type RouteDetail } from '@hotpath/core'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { BudgetBadge } from '../../parts/budget-badge.tsx'
import type { Bound } from '../../parts/chart/chart-data.ts'
import { Facts } from '../../parts/facts.tsx'
import { roundTo } from '../../parts/round-to.ts'
import { RouteName } from '../../parts/route-name.tsx'
import { processes } from '../../parts/say.ts'
import { Panel, Screen, Section } from '../../parts/screen.tsx'
import { TimelineCharts } from '../../parts/timeline-charts.tsx'
import { CacheSwitch } from './cache-switch.tsx'
import { Breakdown } from './breakdown.tsx'
import { ExemplarTraces } from './exemplar-traces.tsx'
import { RepeatedStatements } from './repeated-statements.tsx'
import styles from './route-screen.module.css'

/** One route: how it fares, why, under which policy, and whether it keeps its budget. */
export function RouteScreen() {
  const [parameters] = useSearchParams()
  const pattern = parameters.get('pattern') ?? ''
  const answer = useApi<RouteDetail>(`${paths.route}?pattern=${encodeURIComponent(pattern)}`, {
    every: 2_000,
    enabled: pattern !== '',
  })
  const bounds = useBounds(answer.data?.budgets ?? noBudgets)
  const fleet = answer.data?.fleet
  if (pattern === '') {
    return (
      <Screen title="Route">
        <Empty title="The address names no route." />
      </Screen>
    )
  }
  return (
    <Screen
      title={<RouteName route={pattern} />}
      lead={`Figures of the last ten minutes${fleet ? ` in ${processes(fleet)}` : ''}; the charts cover the chosen time.`}
      actions={<CacheSwitch route={pattern} />}
    >
      <Answered answer={answer} what="this route" height="30rem">
        {(detail) => (
          <>
            <Facts facts={factsOf(detail)} />
            <Section title="Budgets">
              <Budgets detail={detail} />
            </Section>
            <Section title="Course">
              <TimelineCharts route={pattern} bounds={bounds} />
            </Section>
            <Section title="Traces" note="kept of this route, the slowest first">
              <ExemplarTraces traces={detail.traces} />
            </Section>
            <Breakdown detail={detail} />
            <RepeatedStatements route={pattern} />
            <Section title="Policy" note="as it is declared">
              <Panel>
                {detail.declared.length === 0 ? (
                  <p>Nothing is declared: what the handler sends is what counts.</p>
                ) : (
                  <ul className={styles.declared}>
                    {detail.declared.map((line) => (
                      <li key={line}>
                        <code>{line}</code>
                      </li>
                    ))}
                  </ul>
                )}
              </Panel>
            </Section>
          </>
        )}
      </Answered>
    </Screen>
  )
}

const noBudgets: RouteDetail['budgets'] = []

function factsOf(detail: RouteDetail) {
  const time = (ms: number | null) => (ms === null ? '–' : formatDuration(ms))
  const share = (value: number | null) => (value === null ? '–' : formatValue(roundTo(0.001, value), 'ratio'))
  return [
    {
      name: 'Requests',
      value: formatValue(roundTo(0.01, detail.perSecond), 'perSecond'),
      note: `${detail.requests.toLocaleString('en-US')} in all`,
    },
    { name: 'p50', value: time(detail.p50Ms) },
    { name: 'p95', value: time(detail.p95Ms) },
    { name: 'p99', value: time(detail.p99Ms) },
    { name: 'Errors', value: <span data-bad={detail.errors > 0}>{share(detail.errors)}</span> },
    {
      name: 'Cache hit',
      value: share(detail.hit),
      note: detail.hit === null ? 'never looked up' : undefined,
    },
    {
      name: 'Statements',
      value:
        detail.statementsPerRequest === null ? '–' : roundTo(0.1, detail.statementsPerRequest).toFixed(1),
      note: 'per handled request',
    },
    { name: 'Size', value: formatBytes(detail.meanBytes), note: 'of an answer, on average' },
  ]
}

function Budgets({ detail: { budgets } }: { detail: RouteDetail }) {
  if (budgets.length === 0) {
    return (
      <Empty title="No budget is declared for this route.">
        budget: 'p95 &lt; 50ms' in its declaration makes one.
      </Empty>
    )
  }
  return (
    <Panel>
      <ul className={styles.budgets}>
        {budgets.map((budget) => (
          <li key={budget.text}>
            <BudgetBadge budget={budget} />
            <b>{budget.value}</b>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** The time budgets as lines of a chart; what cannot be read here is shown as text all the same. */
function useBounds(budgets: RouteDetail['budgets']): readonly Bound[] {
  return useMemo(
    () =>
      budgets.flatMap(({ text }) => {
        try {
          const { unit, bound } = parseBudget(text)
          return unit === 'ms' ? [{ value: bound, label: text }] : []
        } catch {
          return []
        }
      }),
    [budgets],
  )
}
