import { type ReactNode, useId } from 'react'
import { useRole } from '../data/use-role.ts'

interface ActionButtonProps {
  onClick?: () => void
  /** @default 'button' */
  type?: 'button' | 'submit'
  /** Softer, for what is not the main thing to do here. @default false */
  quiet?: boolean
  /** Why it cannot be done now, besides the role; empty when it can. @default '' */
  whyNot?: string
  children: ReactNode
}

/** A button that changes something: disabled for those who may only look, with the reason beside it. */
export function ActionButton({
  onClick,
  type = 'button',
  quiet = false,
  whyNot = '',
  children,
}: ActionButtonProps) {
  const role = useRole()
  const reason = role.whyNot || whyNot
  const id = useId()
  return (
    <>
      <button
        // oxlint-disable-next-line react/button-has-type
        type={type}
        className={quiet ? 'quiet-button' : 'button'}
        disabled={reason !== ''}
        aria-describedby={reason === '' ? undefined : id}
        title={reason}
        onClick={onClick}
      >
        {children}
      </button>
      {reason !== '' && (
        <span id={id} className="visually-hidden">
          {reason}
        </span>
      )}
    </>
  )
}

/** Says once for a group of controls why they cannot be used. */
export function RoleNote() {
  const { role, whyNot } = useRole()
  return role === 'viewer' ? <p className="role-note">{whyNot}</p> : null
}
