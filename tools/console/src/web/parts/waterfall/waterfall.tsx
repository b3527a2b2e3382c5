import { formatDuration, type Span, type SpanKind } from '@hotpath/core'
import { type CSSProperties, useMemo } from 'react'
import { type WaterfallRow, waterfallRows } from './waterfall-rows.ts'
import styles from './waterfall.module.css'

const kinds: Record<SpanKind, string> = {
  browser: 'Browser',
  request: 'Request',
  lookup: 'Cache',
  load: 'Load',
  wait: 'Wait',
  pool: 'Pool wait',
  statement: 'Statement',
}

/** Most lines; the rest is counted. */
const mostRows = 40

/** Where the time of one request went, line by line. */
export function Waterfall({ spans, more = 0 }: { spans: readonly Span[]; more?: number }) {
  const rows = useMemo(() => waterfallRows(spans), [spans])
  const hidden = Math.max(0, rows.length - mostRows) + more
  return (
    <>
      <ol className={styles.list}>
        {rows.slice(0, mostRows).map((row) => (
          <Line key={row.key} row={row} />
        ))}
      </ol>
      {hidden > 0 && <p className={styles.more}>and {hidden} more</p>}
    </>
  )
}

function Line({ row }: { row: WaterfallRow }) {
  return (
    <li className={styles.line} data-kind={row.kind} data-failed={row.failed}>
      <span
        className={styles.name}
        style={{ '--depth': Math.min(row.depth, 6) } as CSSProperties}
        title={row.detail}
      >
        <span className={styles.kind}>{kinds[row.kind]}</span>
        <span className={styles.text}>
          {row.count > 1 && <b>{row.count} × </b>}
          {row.name}
          {row.failed && <span className={styles.failed}> failed</span>}
        </span>
      </span>
      <span className={styles.track} aria-hidden="true">
        {row.bars.map(({ from, to }, index) => (
          <span
            // Bars have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            className={styles.bar}
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
          />
        ))}
      </span>
      <span className={styles.time}>
        {formatDuration(row.durationMs)}
        <span className="visually-hidden">, from {formatDuration(Math.max(0, row.startMs))}</span>
      </span>
    </li>
  )
}
