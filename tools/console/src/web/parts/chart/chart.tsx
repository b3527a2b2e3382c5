import { lazy, Suspense, useState } from 'react'
import { ScrollBox } from '../scroll-box.tsx'
import styles from './chart.module.css'
import { useSeen } from './use-seen.ts'
import { type ChartData, placeText, readingAt, summaryOf, valueText } from './chart-data.ts'

const Plot = lazy(async () => ({ default: (await import('./plot.tsx')).Plot }))

interface ChartProps extends ChartData {
  /** In pixels. @default 200 */
  height?: number
}

/**
 * Lines over time, with what is needed to read them without eyes or mouse: a summary in words, a cursor for the arrow
 * keys, and the figures as a table.
 */
export function Chart({ height = 200, ...data }: ChartProps) {
  if (data.at.length === 0)
    return <p className={styles.none}>{data.title}: nothing was measured in this time.</p>
  return <Figure data={data} height={height} />
}

function Figure({ data, height }: { data: ChartData; height: number }) {
  const [cursor, setCursor] = useState<number | null>(null)
  const { box, isSeen } = useSeen()
  const last = data.at.length - 1
  const place = cursor === null ? last : Math.min(cursor, last)
  const move = (by: number) => setCursor(Math.max(0, Math.min(last, place + by)))
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <Legend data={data} place={cursor === null ? null : place} />
      </figcaption>
      <p className="visually-hidden">
        {data.title}. {summaryOf(data)}
      </p>
      <div
        ref={box}
        className={styles.plot}
        style={{ height }}
        // Not an <input>: its track is the drawing.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="slider"
        tabIndex={0}
        aria-label={`${data.title}: cursor`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={place}
        aria-valuetext={readingAt(data, place)}
        onKeyDown={(event) => {
          const by = steps[event.key]
          if (by === undefined && event.key !== 'Escape') return
          event.preventDefault()
          if (by === undefined) setCursor(null)
          else move(by)
        }}
        onBlur={() => setCursor(null)}
      >
        {isSeen && (
          <Suspense fallback={null}>
            <Plot key={formOf(data)} data={data} height={height} cursor={cursor} onCursor={setCursor} />
          </Suspense>
        )}
      </div>
      <details className={styles.more}>
        <summary>As a table</summary>
        <ChartTable data={data} />
      </details>
    </figure>
  )
}

/** What a drawing cannot change without being made anew. */
function formOf({ unit, axis, lines, bounds = [] }: ChartData): string {
  return JSON.stringify([unit, axis, lines.map(({ label }) => label), bounds.map(({ label }) => label)])
}

const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
}

function Legend({ data, place }: { data: ChartData; place: number | null }) {
  const { lines, unit, axis, at, bounds = [] } = data
  return (
    <>
      <strong className={styles.title}>{data.title}</strong>
      <span className={styles.legend}>
        {lines.map((line, index) => (
          <span key={line.label} className={styles.key} data-line={index + 1}>
            {line.label}
            {place !== null && <b>{valueText(line.values[place], line.unit ?? unit)}</b>}
          </span>
        ))}
        {bounds.map(({ label }) => (
          <span key={label} className={styles.key} data-line="bound">
            {label}
          </span>
        ))}
        {place !== null && <span className={styles.when}>{placeText(axis, at[place]!)}</span>}
      </span>
    </>
  )
}

function ChartTable({ data }: { data: ChartData }) {
  const { title, axis, at, lines, unit, markers = [] } = data
  return (
    <ScrollBox label={`${title} as a table`} className={styles.rows}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{axis === 'clock' ? 'Time' : 'At'}</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {at.map((place, index) => (
            <tr key={place}>
              <th scope="row">{placeText(axis, place)}</th>
              {lines.map((line) => (
                <td key={line.label}>{valueText(line.values[index], line.unit ?? unit)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {markers.map(({ at, text }) => (
        <p key={`${at} ${text}`}>
          {placeText(axis, at)}: {text}
        </p>
      ))}
    </ScrollBox>
  )
}
