import { type CurrentLoad, formatDuration, type Loads, type LoadStart, paths } from '@hotpath/core'
import { useState } from 'react'
import { useSend } from '../../data/use-send.ts'
import { ActionButton, RoleNote } from '../../parts/action-button.tsx'
import { Empty } from '../../parts/answered.tsx'
import { Field, Form } from '../../parts/form.tsx'
import { count } from '../../parts/say.ts'
import { Panel } from '../../parts/screen.tsx'
import styles from './loads.module.css'
import { startOf, type StartDraft } from './load-words.ts'

/** Starts a run: by scenario, rate, duration and budgets. */
export function StartForm({ loads }: { loads: Loads }) {
  const { scenarios, limits, whyNot, current } = loads
  const start = useSend<LoadStart, CurrentLoad>(paths.loadStart)
  const [draft, setDraft] = useState<StartDraft>({
    scenario: scenarios.find((name) => name === 'read-mix') ?? scenarios[0] ?? '',
    rate: '50',
    seconds: '30',
    budgets: 'p95 < 200ms, errors < 1%',
  })
  if (whyNot !== '') return <Empty title="No run can be started from here.">{whyNot}</Empty>
  if (scenarios.length === 0) return <Empty title="The application declares no scenarios." />
  const set = (part: Partial<StartDraft>): void => setDraft({ ...draft, ...part })
  return (
    <Panel>
      <Form onSubmit={() => start.send(startOf(draft))}>
        <Field label="Scenario">
          {(id) => (
            <select
              id={id}
              className="input"
              value={draft.scenario}
              onChange={(event) => set({ scenario: event.target.value })}
            >
              {scenarios.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <Amount
          label="Arrivals per second"
          most={limits.ratePerSecond}
          value={draft.rate}
          onChange={(rate) => set({ rate })}
        />
        <Amount
          label="Seconds"
          most={limits.durationMs / 1000}
          value={draft.seconds}
          onChange={(seconds) => set({ seconds })}
        />
        <Field label="Budgets, with commas between" isWide>
          {(id) => (
            <input
              id={id}
              className="input"
              value={draft.budgets}
              onChange={(event) => set({ budgets: event.target.value })}
            />
          )}
        </Field>
        <ActionButton
          type="submit"
          whyNot={start.isSending ? 'It is being started.' : busyText(current !== null)}
        >
          Start
        </ActionButton>
      </Form>
      <RoleNote />
      <p className={styles.hint}>
        {busyText(current !== null) || 'Visitors feel it: this is the application that they use.'} At most{' '}
        {count(limits.ratePerSecond)}/s for {formatDuration(limits.durationMs)}.
      </p>
      {start.problem !== null && (
        <p role="alert" className={styles.problem}>
          {start.problem}
        </p>
      )}
    </Panel>
  )
}

interface AmountProps {
  label: string
  most: number
  value: string
  onChange: (value: string) => void
}

function Amount({ label, most, value, onChange }: AmountProps) {
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          className="input"
          type="number"
          min={1}
          max={most}
          step="any"
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

const busyText = (isBusy: boolean) => (isBusy ? 'One run at a time: this one has to end first.' : '')
