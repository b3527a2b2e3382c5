import styles from './meter.module.css'
import type { Tone } from './standing-icon.tsx'

interface MeterProps {
  /** What is measured, for those who do not see the bar. */
  label: string
  /** 0…1. */
  share: number
  tone?: Tone
}

/** A share as a bar. The figure stands beside it. */
export function Meter({ label, share, tone = 'idle' }: MeterProps) {
  const bounded = Math.min(1, Math.max(0, share))
  return (
    <span className={styles.meter} data-tone={tone}>
      {/* Its own look cannot be told in all browsers alike. */}
      <meter className="visually-hidden" aria-label={label} value={bounded} />
      <span className={styles.bar} style={{ inlineSize: `${bounded * 100}%` }} />
    </span>
  )
}
