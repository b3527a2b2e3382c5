import type { VitalFigures, VitalName } from '@hotpath/core'
import { StandingIcon } from '../../parts/standing-icon.tsx'
import { VitalBar } from './vital-bar.tsx'
import { goodBound, sharesText, vitalText, vitalTitles, vitalTones } from './vital-words.ts'
import styles from './vitals.module.css'

/** One vital of all page loads. */
export function VitalCard({ name, figures }: { name: VitalName; figures: VitalFigures | undefined }) {
  if (!figures) {
    return (
      <li className={styles.card}>
        <p className={styles.name}>
          {vitalTitles[name]} <abbr>{name}</abbr>
        </p>
        <p className={styles.none}>not told in the last hour</p>
      </li>
    )
  }
  const { verdict, p75, current, mean, min, max } = figures
  return (
    <li className={styles.card} data-tone={vitalTones[verdict]}>
      <p className={styles.name}>
        {vitalTitles[name]} <abbr>{name}</abbr>
      </p>
      <p className={styles.value}>{vitalText(name, p75)}</p>
      <p className={styles.verdict}>
        <StandingIcon tone={vitalTones[verdict]} />
        {verdict}
      </p>
      <VitalBar figures={figures} />
      <p className={styles.note}>{sharesText(figures)}</p>
      <p className={styles.note}>
        {current === null ? 'Not told lately' : `Lately ${vitalText(name, current)}`}; mean{' '}
        {vitalText(name, mean)}, from {vitalText(name, min)} to {vitalText(name, max)}; {goodBound(name)}.
      </p>
    </li>
  )
}
