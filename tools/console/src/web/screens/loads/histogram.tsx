import { type Bin, formatDuration } from '@hotpath/core'
import { Panel, Section } from '../../parts/screen.tsx'
import { ScrollBox } from '../../parts/scroll-box.tsx'
import { count } from '../../parts/say.ts'
import { histogramShape } from './histogram-shape.ts'
import styles from './loads.module.css'

/** How the response times are spread, on a logarithmic axis. */
export function Histogram({ bins }: { bins: readonly Bin[] }) {
  if (bins.length === 0) return null
  const { bars, ticks, summary } = histogramShape(bins)
  return (
    <Section title="Distribution" note="of the response times, on a logarithmic axis">
      <Panel>
        <p className="visually-hidden">{summary}</p>
        <svg className={styles.histogram} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {bars.map(({ x, width, height }) => (
            <rect key={x} x={x} y={100 - height} width={width} height={height} />
          ))}
        </svg>
        <div className={styles.ticks} aria-hidden="true">
          {ticks.map(({ at, text }) => (
            <span key={text} style={{ insetInlineStart: `${at}%` }}>
              {text}
            </span>
          ))}
        </div>
        <details className={styles.more}>
          <summary>As a table</summary>
          <ScrollBox label="Distribution as a table" className={styles.rows}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Up to</th>
                  <th scope="col">Requests</th>
                </tr>
              </thead>
              <tbody>
                {bins.map(({ to, count: requests }) => (
                  <tr key={to}>
                    <th scope="row">{formatDuration(to)}</th>
                    <td>{count(requests)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
        </details>
      </Panel>
    </Section>
  )
}
