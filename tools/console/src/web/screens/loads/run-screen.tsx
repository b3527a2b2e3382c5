import {
  formatBytes,
  formatDuration,
  formatValue,
  type LoadRun,
  parseBudget,
  paths,
  turnedAwayNote,
} from '@hotpath/core'
import { useSearchParams } from 'wouter'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { BudgetBadge } from '../../parts/budget-badge.tsx'
import { Chart } from '../../parts/chart/chart.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Notice } from '../../parts/notice.tsx'
import { count, duration, percent, perSecond } from '../../parts/say.ts'
import { Panel, Screen, Section } from '../../parts/screen.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import { Histogram } from './histogram.tsx'
import { judgementOf, sentenceOf } from './load-words.ts'
import styles from './loads.module.css'
import { ServerSide } from './server-side.tsx'
import { StepTable } from './step-table.tsx'

/** One run, by its id in the address: the verdict first, then where the time went. */
export function RunScreen() {
  const [parameters] = useSearchParams()
  const id = parameters.get('id') ?? ''
  const answer = useApi<LoadRun>(`${paths.loadRun}?id=${encodeURIComponent(id)}`, { every: null })
  const run = answer.data
  return (
    <Screen
      title={run ? `Load run of ${run.scenario}` : 'Load run'}
      lead={
        run &&
        `${new Date(run.startedAt).toLocaleString([], { hour12: false })}, ${formatDuration(run.durationMs)}`
      }
      actions={<ScreenLink to="/loads">All runs</ScreenLink>}
    >
      <Answered answer={answer} what="this run" height="30rem">
        {(found) => <Result run={found} />}
      </Answered>
    </Screen>
  )
}

function Result({ run }: { run: LoadRun }) {
  const { tone, word } = judgementOf(run)
  const note = turnedAwayNote(run)
  return (
    <>
      <Notice tone={tone} word={word} sentence={sentenceOf(run)}>
        {[...run.reasons, ...(note === null ? [] : [note])].map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        <Budgets run={run} />
      </Notice>
      {run.verdict !== 'FAILED' && (
        <>
          <Facts facts={factsOf(run)} />
          <Histogram bins={run.histogram} />
          <Course run={run} />
          <StepTable run={run} />
          <ServerSide run={run} />
        </>
      )}
    </>
  )
}

function Budgets({ run: { budgets } }: { run: LoadRun }) {
  if (budgets.length === 0) return null
  return (
    <ul className={styles.budgets}>
      {budgets.map(({ text, verdict, value }) => (
        <li key={text}>
          <BudgetBadge budget={{ text, verdict }} />
          {value !== null && <span>{formatValue(value, parseBudget(text).unit)}</span>}
        </li>
      ))}
    </ul>
  )
}

function factsOf(run: LoadRun) {
  const { responseMs, serviceMs, ttfbMs, latenessMs, generator, errorsByKind } = run
  const kinds = Object.entries(errorsByKind).map(([kind, times]) => `${count(times)} × ${kind}`)
  return [
    { name: 'Response p50', value: duration(responseMs.p50), note: 'from the due time' },
    { name: 'p95', value: duration(responseMs.p95), note: `p99 ${duration(responseMs.p99)}` },
    { name: 'Slowest', value: duration(responseMs.max), note: `served in ${duration(serviceMs.max)}` },
    { name: 'First byte p95', value: duration(ttfbMs.p95), note: `service p95 ${duration(serviceMs.p95)}` },
    {
      name: 'Rate',
      value: perSecond(run.achievedRate),
      note: run.rate === null ? 'closed model' : `asked for ${perSecond(run.rate)}`,
    },
    {
      name: 'Errors',
      value: percent(run.requests === 0 ? null : run.errors / run.requests),
      note: kinds.join(', ') || 'none',
    },
    { name: 'Received', value: formatBytes(run.bytes), note: `${count(run.requests)} requests` },
    {
      name: 'Generator',
      value: percent(generator.eventLoopUtilisation),
      note: `busy; late by ${duration(latenessMs.p99)} (p99)`,
    },
  ]
}

function Course({ run: { timeline } }: { run: LoadRun }) {
  const { points } = timeline
  const at = points.map(({ atMs }) => atMs)
  return (
    <Section title="Course" note="of the measured time">
      <div className={styles.charts}>
        <Panel>
          <Chart
            title="Response times"
            unit="ms"
            axis="elapsed"
            at={at}
            lines={[
              { label: 'p50', values: points.map(({ p50 }) => p50) },
              { label: 'p95', values: points.map(({ p95 }) => p95) },
              { label: 'p99', values: points.map(({ p99 }) => p99) },
            ]}
          />
        </Panel>
        <Panel>
          <Chart
            title="Requests"
            unit="perSecond"
            axis="elapsed"
            at={at}
            lines={[
              { label: 'sent', values: points.map(({ sentRate }) => sentRate) },
              { label: 'answered', values: points.map(({ answeredRate }) => answeredRate) },
              { label: 'errors', values: points.map(({ errorRate }) => errorRate) },
            ]}
          />
        </Panel>
      </div>
    </Section>
  )
}
