import { formatValue, parseBudget, type Tile } from '@hotpath/core'
import { BudgetBadge } from '../../parts/budget-badge.tsx'
import { Change } from '../../parts/change.tsx'
import styles from './figure-tile.module.css'
import { seriesSummary } from '../../parts/series-summary.ts'
import { Sparkline } from '../../parts/sparkline.tsx'

/** One figure: its value, what became of it lately, its course, and its budget. */
export function FigureTile({ tile, stepMs }: { tile: Tile; stepMs: number }) {
  return (
    <li className={styles.tile} data-missed={tile.budget?.verdict === 'missed'}>
      <h2 className={styles.title}>{tile.title}</h2>
      <p className={styles.value}>
        <Figure tile={tile} />
      </p>
      <p className={styles.note}>
        {tile.value === null ? (
          tile.reason
        ) : (
          <Change ratio={tile.change} lowerIsBetter={lowerIsBetter(tile)} />
        )}
      </p>
      <Sparkline
        series={tile.series}
        bound={boundOf(tile)}
        summary={seriesSummary(tile.series, { unit: tile.unit, stepMs })}
      />
      <p className={styles.budget}>
        <BudgetBadge budget={tile.budget} />
      </p>
    </li>
  )
}

function Figure({ tile }: { tile: Tile }) {
  if (tile.value === null) return <span className={styles.absent}>–</span>
  const [, number, unit] = /^([-\d.,]+)(.*)$/.exec(formatValue(tile.value, tile.unit)) ?? []
  return (
    <>
      {number}
      <span className={styles.unit}>{unit}</span>
    </>
  )
}

/** True, false, or undefined where neither way is better in itself. */
function lowerIsBetter({ id }: Tile): boolean | undefined {
  return id === 'requests' ? undefined : id !== 'hit'
}

function boundOf({ budget, unit }: Tile): number | null {
  if (!budget) return null
  try {
    const parsed = parseBudget(budget.text)
    return parsed.unit === unit ? parsed.bound : null
  } catch {
    // The line is an extra: a budget that this page cannot read is still shown as text.
    return null
  }
}
