import type { Problem } from '../api/request.ts'
import styles from './text-field.module.css'

interface TextFieldProps {
  id: string
  label: string
  hint: string
  /** @default none */
  placeholder?: string
  value: string
  /** In characters. */
  maxLength: number
  /** Why the last attempt was refused; null otherwise. */
  problem: Problem | null
  onFocus?: () => void
  onChange: (value: string) => void
}

/** A text of some lines with its label, what is left of its length, and what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const { id, label, hint, placeholder = '', value, maxLength, problem, onFocus, onChange } = props
  const left = maxLength - value.length
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        placeholder={placeholder}
        value={value}
        required
        onFocus={onFocus}
        onChange={(event) => onChange(event.target.value)}
        maxLength={maxLength}
        aria-describedby={`${id}-hint ${id}-problem`}
        aria-invalid={problem !== null}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        <span>{hint}</span>
        <span>{left} left</span>
      </p>
      <p id={`${id}-problem`} role="alert" className={styles.problem}>
        {problem && [problem.detail, ...problem.fields.map(({ message }) => message)].join(' ')}
      </p>
    </div>
  )
}
