import { formatDuration, paths, type Trace } from '@hotpath/core'
import { useApi } from '../data/use-api.ts'
import { Answered } from './answered.tsx'
import { ClockTime } from './clock-time.tsx'
import styles from './trace-view.module.css'
import { Waterfall } from './waterfall/waterfall.tsx'

/** One kept trace: why it took so long, and its waterfall. */
export function TraceView({ id }: { id: string }) {
  const answer = useApi<Trace>(`${paths.traces}?id=${encodeURIComponent(id)}`, { every: null })
  return (
    <Answered answer={answer} what="this trace" height="9rem">
      {(trace) => (
        <div className={styles.trace}>
          {trace.sentence !== '' && <p className={styles.sentence}>{trace.sentence}</p>}
          {trace.reasons.length > 0 && (
            <ul className={styles.reasons}>
              {trace.reasons.map(({ kind, ms, text }) => (
                <li key={`${kind} ${text}`}>
                  <b>{kind}</b> {ms > 0 && formatDuration(ms)}: {text}
                </li>
              ))}
            </ul>
          )}
          <Waterfall spans={trace.spans} more={trace.moreSpans} />
          <p className={styles.foot}>
            <ClockTime at={trace.at} />, status {trace.status}, cache {trace.cache}, trace{' '}
            <code>{trace.id}</code>
          </p>
        </div>
      )}
    </Answered>
  )
}
