import { formatBytes, formatDuration, formatValue, type Resources } from '@hotpath/core'
import styles from './resource-strip.module.css'
import { roundTo } from '../../parts/round-to.ts'

/** What the process uses, now, or all of them together. */
export function ResourceStrip({ resources, of }: { resources: Resources; of: string }) {
  return (
    <section className={styles.section} aria-labelledby="resources-title">
      <h2 id="resources-title" className="section-title">
        Resources <span>of {of}, now</span>
      </h2>
      <dl className={styles.strip}>
        {figures(resources).map(({ name, value, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              <small>{note}</small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function figures(resources: Resources): { name: string; value: string; note: string }[] {
  const { cpu, eventLoopDelayP99Ms, eventLoopUtilisation, rssBytes, heapBytes } = resources
  const { cacheEntries, cacheBytes, poolWaiting, statementsPerSecond } = resources
  return [
    { name: 'CPU', value: formatValue(roundTo(0.001, cpu), 'ratio'), note: 'of one core' },
    {
      name: 'Event loop delay',
      value: formatDuration(eventLoopDelayP99Ms),
      note: `p99, ${formatValue(roundTo(0.001, eventLoopUtilisation), 'ratio')} busy`,
    },
    { name: 'Memory', value: formatBytes(rssBytes), note: `heap ${formatBytes(heapBytes)}` },
    {
      name: 'Cache',
      value: formatBytes(cacheBytes),
      note: `${cacheEntries.toLocaleString('en-US')} entries`,
    },
    {
      name: 'Waiting for the database',
      value: poolWaiting.toLocaleString('en-US'),
      note: poolWaiting === 1 ? 'caller' : 'callers',
    },
    { name: 'Statements', value: formatValue(statementsPerSecond, 'perSecond'), note: 'to the database' },
  ]
}
