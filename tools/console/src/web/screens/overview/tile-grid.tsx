import type { Tile } from '@hotpath/core'
import { FigureTile } from './figure-tile.tsx'
import styles from './tile-grid.module.css'

/** The five figures, side by side. */
export function TileGrid({ tiles, stepMs }: { tiles: readonly Tile[]; stepMs: number }) {
  return (
    <section aria-label="Key figures">
      <ul className={styles.grid}>
        {tiles.map((tile) => (
          <FigureTile key={tile.id} tile={tile} stepMs={stepMs} />
        ))}
      </ul>
    </section>
  )
}
