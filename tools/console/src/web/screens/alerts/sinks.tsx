import { type AlertSink, type AlertTestOutcome, paths } from '@hotpath/core'
import { useSend } from '../../data/use-send.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { Panel } from '../../parts/screen.tsx'
import styles from './alerts-screen.module.css'

const kinds: Record<AlertSink['kind'], string> = { log: 'Log', webhook: 'Webhook' }

/** Where alerts go, how that fared, and a try. */
export function Sinks({ sinks }: { sinks: readonly AlertSink[] }) {
  const test = useSend<Record<string, never>, AlertTestOutcome>(paths.alertTest)
  return (
    <Panel>
      <ul>
        {sinks.map(({ kind, target, sent, failed, dropped, waiting, problem }) => (
          <li key={`${kind} ${target}`} className={styles.sink}>
            <span>
              <b>{kinds[kind]}</b> {target !== kind && target}
            </span>
            <span className={styles.soft}>
              {sent} sent, {failed} failed, {dropped} dropped, {waiting} waiting
              {problem !== null && <span data-bad="true"> {problem}</span>}
            </span>
          </li>
        ))}
      </ul>
      <div className={styles.test}>
        <ActionButton quiet whyNot={test.isSending ? 'On its way.' : ''} onClick={() => test.send({})}>
          Send a test
        </ActionButton>
        {test.problem !== null && <span data-bad="true">{test.problem}</span>}
        {test.answer?.sinks.map(({ kind, target, delivered, problem }) => (
          <span key={`${kind} ${target}`} data-bad={!delivered}>
            {kinds[kind]}: {delivered ? 'delivered' : `not delivered. ${problem ?? ''}`}
          </span>
        ))}
      </div>
    </Panel>
  )
}
