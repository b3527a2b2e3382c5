import { type AlertRule, paths, type SilenceRequest } from '@hotpath/core'
import { type FormEvent, useState } from 'react'
import { useSend } from '../../data/use-send.ts'
import { useRole } from '../../data/use-role.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import styles from './alerts-screen.module.css'

const lengths = ['30m', '2h', '12h', '3d'] as const

/** Keeps alerts from being sent for a while, with the reason for those who wonder. */
export function SilenceForm({ rules }: { rules: readonly AlertRule[] }) {
  const [rule, setRule] = useState('')
  const [length, setLength] = useState<string>(lengths[0])
  const [reason, setReason] = useState('')
  const { mayChange } = useRole()
  const silence = useSend<SilenceRequest, unknown>(paths.alertSilence, { onDone: () => setReason('') })

  function submit(event: FormEvent) {
    event.preventDefault()
    silence.send({ ...(rule !== '' && { rule }), for: length, reason: reason.trim() })
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <label>
        Silence
        <select
          className="input"
          value={rule}
          disabled={!mayChange}
          onChange={(event) => setRule(event.target.value)}
        >
          <option value="">everything</option>
          {rules.map(({ id, route, budget }) => (
            <option key={id} value={id}>
              {route ?? 'all requests'}: {budget}
            </option>
          ))}
        </select>
      </label>
      <label>
        For
        <select
          className="input"
          value={length}
          disabled={!mayChange}
          onChange={(event) => setLength(event.target.value)}
        >
          {lengths.map((length) => (
            <option key={length}>{length}</option>
          ))}
        </select>
      </label>
      <label className={styles.wide}>
        Reason
        <input
          className="input"
          value={reason}
          required
          maxLength={200}
          disabled={!mayChange}
          placeholder="An index is being built"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <ActionButton type="submit" whyNot={silence.isSending ? 'On its way.' : ''}>
        Silence
      </ActionButton>
      {silence.problem !== null && <p className={styles.problem}>{silence.problem}</p>}
    </form>
  )
}
