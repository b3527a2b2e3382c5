import { formatDuration } from '@hotpath/core'
import { useRef } from 'react'
import styles from './range-picker.module.css'
import { liveSpans, type TimeRange } from './time-range.ts'
import { useRange } from './use-range.ts'

/** Chooses the time that the screen is about. It is part of the address. */
export function RangePicker() {
  const { range, set } = useRange()
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <fieldset className={styles.picker}>
      <legend className="visually-hidden">Time range</legend>
      {liveSpans.map((spanMs) => (
        <button
          key={spanMs}
          type="button"
          className={styles.span}
          aria-pressed={range.kind === 'live' && range.spanMs === spanMs}
          onClick={() => set({ kind: 'live', spanMs })}
        >
          <span className="visually-hidden">Last </span>
          {formatDuration(spanMs)}
        </button>
      ))}
      <button
        type="button"
        className={styles.span}
        aria-pressed={range.kind === 'fixed' || !isOffered(range)}
        aria-haspopup="dialog"
        onClick={() => dialog.current?.showModal()}
      >
        {rangeText(range)}
      </button>
      <dialog ref={dialog} className="dialog" aria-label="A fixed time range">
        <form
          method="dialog"
          className={styles.form}
          onSubmit={(event) => {
            const [from, to] = ['from', 'to'].map((name) => timeIn(event.currentTarget, name))
            if (from === undefined || to === undefined) return
            if (to > from) set({ kind: 'fixed', from, to })
          }}
        >
          <h2>A fixed time range</h2>
          <label>
            From
            <input
              className="input"
              type="datetime-local"
              name="from"
              required
              defaultValue={localText(startOf(range))}
            />
          </label>
          <label>
            To
            <input
              className="input"
              type="datetime-local"
              name="to"
              required
              defaultValue={localText(endOf(range))}
            />
          </label>
          <p className={styles.note}>
            The last hour is kept by ten seconds, the day before it by the minute.
          </p>
          <div className={styles.buttons}>
            <button type="button" className="quiet-button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" className="button">
              Show
            </button>
          </div>
        </form>
      </dialog>
    </fieldset>
  )
}

function isOffered(range: TimeRange): boolean {
  return range.kind === 'live' && liveSpans.some((span) => span === range.spanMs)
}

function rangeText(range: TimeRange): string {
  if (range.kind === 'live') return isOffered(range) ? 'Fixed…' : `Last ${formatDuration(range.spanMs)}`
  const clock = (at: number) =>
    new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })
  return `${clock(range.from)} to ${clock(range.to)}`
}

const startOf = (range: TimeRange) => (range.kind === 'fixed' ? range.from : Date.now() - range.spanMs)
const endOf = (range: TimeRange) => (range.kind === 'fixed' ? range.to : Date.now())

function timeIn(form: HTMLFormElement, name: string): number {
  const field = form.elements.namedItem(name)
  return field instanceof HTMLInputElement ? new Date(field.value).getTime() : NaN
}

/** As the browser's field wants it: local time without a zone. */
function localText(at: number): string {
  const date = new Date(at)
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
