import { type ReactNode, useId } from 'react'
import styles from './form.module.css'

interface FormProps {
  onSubmit: (form: FormData) => void
  children: ReactNode
}

/** Fields beside each other with the button that sends them. */
export function Form({ onSubmit, children }: FormProps) {
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(new FormData(event.currentTarget))
      }}
    >
      {children}
    </form>
  )
}

interface FieldProps {
  label: string
  /** Takes what room is left. @default false */
  isWide?: boolean
  /** Makes the control that the label belongs to. */
  children: (id: string) => ReactNode
}

/** A control below its label. */
export function Field({ label, isWide = false, children }: FieldProps) {
  const id = useId()
  return (
    <div className={styles.field} data-wide={isWide}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  label: string
  value: Value
  options: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
}

/** One of a few. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset className={styles.choice}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
