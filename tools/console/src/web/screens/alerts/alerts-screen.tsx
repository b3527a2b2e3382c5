import { paths, type Alerts } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { ClockTime } from '../../parts/clock-time.tsx'
import { RoleNote } from '../../parts/action-button.tsx'
import { processes } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { AlertCard } from './alert-card.tsx'
import { AlertHistory } from './alert-history.tsx'
import styles from './alerts-screen.module.css'
import { Rules } from './rules.tsx'
import { Silences } from './silences.tsx'
import { SilenceForm } from './silence-form.tsx'
import { Sinks } from './sinks.tsx'

/** What is wrong, what was, what is watched, and who is told. */
export function AlertsScreen() {
  const answer = useApi<Alerts>(paths.alerts, { every: 2_000 })
  return (
    <Screen
      title="Alerts & budgets"
      lead="Each budget is watched. An alert begins when it is broken in a long window and in a short one, and ends by itself."
    >
      <Answered answer={answer} what="the alerts" height="30rem">
        {(view) => (
          <>
            <Section title="Now" note={nowNote(view)}>
              <Current view={view} />
            </Section>
            <Section title="Silences" note="what is watched and shown, and not sent">
              <RoleNote />
              <Silences silences={view.silences} />
              <SilenceForm rules={view.rules} />
            </Section>
            <Section title="Budgets and rules">
              <Rules rules={view.rules} />
            </Section>
            <Section title="Who is told" note="since the start">
              <Sinks sinks={view.sinks} />
            </Section>
            <Section
              title="History"
              note={
                <>
                  version {view.version.name}, since <ClockTime at={view.version.since} />
                </>
              }
            >
              <AlertHistory events={view.history} />
            </Section>
          </>
        )}
      </Answered>
    </Screen>
  )
}

function Current({ view: { alerts, now } }: { view: Alerts }) {
  const heads = alerts.filter(({ partOf }) => partOf === null)
  if (heads.length === 0)
    return <Empty title="Nothing is wrong.">Every budget that can be judged holds.</Empty>
  return (
    <ul className={styles.alerts}>
      {heads.map((alert) => (
        <AlertCard
          key={alert.id}
          alert={alert}
          parts={alerts.filter(({ partOf }) => partOf === alert.id)}
          now={now}
        />
      ))}
    </ul>
  )
}

function nowNote({ alerts, fleet }: Alerts): string {
  const count = (state: string) => alerts.filter((alert) => alert.state === state).length
  return `${count('firing')} firing, ${count('pending')} pending${fleet ? `, in ${processes(fleet)}` : ''}`
}
