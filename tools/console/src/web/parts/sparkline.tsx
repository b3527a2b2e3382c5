import styles from './sparkline.module.css'
import { sparklineShape } from './sparkline-shape.ts'

interface SparklineProps {
  series: readonly (number | null)[]
  /** Drawn as a dashed line when it is within reach of the data. */
  bound: number | null
  /** The same in words. */
  summary: string
}

/** The recent course of a figure, as a line. */
export function Sparkline({ series, bound, summary }: SparklineProps) {
  const shape = sparklineShape(series, bound)
  return (
    <>
      <p className="visually-hidden">{summary}</p>
      <svg className={styles.sparkline} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.ground} d="M0 96H100" />
        {shape.areas.map((path) => (
          <path key={path} className={styles.area} d={path} />
        ))}
        {shape.bound !== null && <path className={styles.bound} d={`M0 ${shape.bound}H100`} />}
        {shape.lines.map((path) => (
          <path key={path} className={styles.line} d={path} />
        ))}
        {/* A line of no length keeps its round cap: a dot that the stretched box does not flatten. */}
        {shape.head && <path className={styles.head} d={`M${shape.head.x} ${shape.head.y}h0`} />}
      </svg>
    </>
  )
}
