import { formatDuration, type TraceSummary } from '@hotpath/core'
import { useState } from 'react'
import { Empty } from '../../parts/answered.tsx'
import { ClockTime } from '../../parts/clock-time.tsx'
import { Panel } from '../../parts/screen.tsx'
import { TraceView } from '../../parts/trace-view.tsx'
import styles from './exemplar-traces.module.css'

/** Requests that tell why the route is slow, each with its waterfall. */
export function ExemplarTraces({ traces }: { traces: readonly TraceSummary[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  if (traces.length === 0) {
    return (
      <Empty title="No trace of this route is kept.">
        Kept are requests over the route's budget, failed ones, and some at random.
      </Empty>
    )
  }
  const toggle = (id: string, isOpen: boolean) => {
    const next = new Set(open)
    if (isOpen) next.add(id)
    else next.delete(id)
    if (next.size !== open.size) setOpen(next)
  }
  return (
    <Panel>
      <ul className={styles.list}>
        {traces.map((trace) => (
          <li key={trace.id}>
            <details onToggle={(event) => toggle(trace.id, event.currentTarget.open)}>
              <summary className={styles.summary}>
                <b className={styles.time}>{formatDuration(trace.durationMs)}</b>
                <span className={styles.sentence}>{trace.sentence || 'A request like most.'}</span>
                <span className={styles.facts}>
                  {trace.kept}, {trace.status}, <ClockTime at={trace.at} />
                </span>
              </summary>
              {open.has(trace.id) && (
                <div className={styles.trace}>
                  <TraceView id={trace.id} />
                </div>
              )}
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
