import { formatDuration, paths, type Vitals } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { BudgetBadge } from '../../parts/budget-badge.tsx'
import { Notice } from '../../parts/notice.tsx'
import { count, processes } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { ElementTable, ErrorTable, TaskTable } from './offenders.tsx'
import { SlowViews } from './slow-views.tsx'
import { VitalCard } from './vital-card.tsx'
import { vitalNames, vitalsVerdict } from './vital-words.ts'
import { VitalsTable } from './vitals-table.tsx'
import styles from './vitals.module.css'

/** What visitors experienced, as their browsers told it. */
export function VitalsScreen() {
  const answer = useApi<Vitals>(paths.vitals, { every: 5_000 })
  return (
    <Screen
      title="Web vitals"
      lead="What visitors experienced, as their browsers told it: the 75th percentile counts."
    >
      <Answered answer={answer} what="the web vitals" height="24rem">
        {(vitals) => <Shown vitals={vitals} />}
      </Answered>
    </Screen>
  )
}

function Shown({ vitals }: { vitals: Vitals }) {
  const { all, targets, enabled, windowMs, fleet } = vitals
  if (!enabled) {
    return (
      <Empty title="The application takes no reports of browsers.">
        Call <code>reportVitals()</code> of <code>@hotpath/browser</code> in its pages.
      </Empty>
    )
  }
  return (
    <>
      <Notice {...vitalsVerdict(all)}>
        {targets.length > 0 && (
          <ul className={styles.targets}>
            {targets.map(({ text, verdict }) => (
              <li key={text}>
                <BudgetBadge budget={{ text, verdict }} />
              </li>
            ))}
          </ul>
        )}
      </Notice>
      <Section
        title="All page loads"
        note={`the last ${formatDuration(windowMs)}${fleet ? `, ${processes(fleet)}` : ''}`}
      >
        <ul className={styles.cards}>
          {vitalNames.map((name) => (
            <VitalCard key={name} name={name} figures={all[name]} />
          ))}
        </ul>
      </Section>
      <VitalsTable vitals={vitals} />
      <SlowViews views={vitals.slowest} />
      <ElementTable elements={vitals.elements} />
      <TaskTable tasks={vitals.tasks} />
      <ErrorTable errors={vitals.errors} />
      <Intake vitals={vitals} />
    </>
  )
}

function Intake({ vitals: { intake } }: { vitals: Vitals }) {
  const { accepted, sampled, malformed, tooLarge, foreign, limited, unknownRoutes } = intake
  const dropped = {
    malformed,
    'too large': tooLarge,
    'from another site': foreign,
    'over the limit': limited,
  }
  const said = Object.entries(dropped)
    .filter(([, times]) => times > 0)
    .map(([why, times]) => `${count(times)} ${why}`)
  return (
    <p className={styles.intake}>
      {count(accepted)} reports taken since the start, {count(sampled)} left out by sampling,{' '}
      {said.length === 0 ? 'none refused' : `refused: ${said.join(', ')}`}; {count(unknownRoutes)} of routes
      that are not declared.
    </p>
  )
}
