import { paths, type Silence, type SilenceRequest } from '@hotpath/core'
import { useSend } from '../../data/use-send.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { DateTime } from '../../parts/date-time.tsx'
import { Panel } from '../../parts/screen.tsx'
import styles from './alerts-screen.module.css'

/** What is silenced now, and until when. */
export function Silences({ silences }: { silences: readonly Silence[] }) {
  const end = useSend<SilenceRequest, unknown>(paths.alertSilence)
  if (silences.length === 0) return null
  return (
    <Panel>
      <ul className={styles.silences}>
        {silences.map(({ id, rule, route, until, reason }) => (
          <li key={id} className={styles.silence}>
            <span>
              <b>{rule ?? route ?? 'Everything'}</b> until <DateTime at={until} />: {reason}
            </span>
            <ActionButton
              quiet
              onClick={() =>
                end.send({
                  ...(rule !== null && { rule }),
                  ...(route !== null && { route }),
                  for: '0s',
                  reason: 'ended',
                })
              }
            >
              End<span className="visually-hidden"> the silence of {rule ?? route ?? 'everything'}</span>
            </ActionButton>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
