import { type LoadComparison, type LoadMetricVerdict, type LoadRunSummary, paths } from '@hotpath/core'
import { useSearchParams } from 'wouter'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { Notice } from '../../parts/notice.tsx'
import { changeOf, duration, nothing, perSecond } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { StandingIcon } from '../../parts/standing-icon.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import { Judgement } from './judgement.tsx'
import { comparisonSentence, comparisonTones, comparisonWords, intervalOf } from './load-words.ts'
import styles from './loads.module.css'

const columns: readonly Column<LoadMetricVerdict>[] = [
  {
    id: 'title',
    label: 'Figure',
    value: ({ title }) => title,
    cell: ({ title, gating }) => (
      <>
        {title}
        {!gating && <small className={styles.aside}> shown only</small>}
      </>
    ),
  },
  { id: 'a', label: 'A', value: ({ a }) => a, cell: ({ a }) => figure(a) },
  { id: 'b', label: 'B', value: ({ b }) => b, cell: ({ b }) => figure(b) },
  {
    id: 'ratio',
    label: 'Change',
    value: ({ ratio }) => ratio,
    cell: ({ ratio }) => changeOf(ratio),
    width: 5.5,
  },
  {
    id: 'interval',
    label: 'Interval',
    value: ({ low }) => low,
    cell: ({ low, high }) =>
      low === null || high === null ? nothing : `${changeOf(low)} to ${changeOf(high)}`,
    width: 10,
  },
  {
    id: 'verdict',
    label: 'Verdict',
    value: ({ verdict }) => verdict,
    cell: (metric) => (
      <span
        className={styles.judgement}
        data-tone={comparisonTones[metric.verdict]}
        title={intervalOf(metric)}
      >
        <StandingIcon tone={comparisonTones[metric.verdict]} />
        {metric.verdict.toLowerCase()}
      </span>
    ),
    width: 9,
    align: 'start',
  },
]

/** Two sides, by their ids in the address, figure by figure, with the interval that decides. */
export function CompareScreen() {
  const [parameters] = useSearchParams()
  const query = new URLSearchParams({ a: parameters.get('a') ?? '', b: parameters.get('b') ?? '' })
  const answer = useApi<LoadComparison>(`${paths.loadCompare}?${query}`, { every: null })
  return (
    <Screen
      title="Compare load runs"
      lead="B held against A. Runs are the unit: the requests of one run share its luck, so single runs have no interval."
      actions={<ScreenLink to="/loads">All runs</ScreenLink>}
    >
      <Answered answer={answer} what="the comparison" height="24rem">
        {(comparison) => (
          <>
            <Notice
              tone={comparisonTones[comparison.verdict]}
              word={comparisonWords[comparison.verdict]}
              sentence={comparisonSentence(comparison)}
            >
              {comparison.notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
            </Notice>
            <div className={styles.charts}>
              <Side name="A" runs={comparison.a} />
              <Side name="B" runs={comparison.b} />
            </div>
            <Section title="Figures">
              <DataTable
                label="Figures"
                rows={comparison.metrics}
                columns={columns}
                rowKey={({ name }) => name}
                order={{ column: '', direction: 'ascending' }}
                searchable={false}
                empty={<Empty title="The runs share no figure." />}
              />
            </Section>
          </>
        )}
      </Answered>
    </Screen>
  )
}

function Side({ name, runs }: { name: string; runs: readonly LoadRunSummary[] }) {
  return (
    <Section title={name} note={runs.length === 1 ? undefined : `${runs.length} runs`}>
      <ul className={styles.side}>
        {runs.map((run) => (
          <li key={run.id}>
            <Judgement run={run} />
            <ScreenLink to={`/loads/run?id=${encodeURIComponent(run.id)}`}>{run.scenario}</ScreenLink>
            <span>
              {new Date(run.startedAt).toLocaleString([], { hour12: false })}, {perSecond(run.achievedRate)},
              p95 {duration(run.responseMs.p95)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const figure = (value: number) => String(Number(value.toPrecision(3)))
