import type { LoadAttribution, LoadRun } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { Chart } from '../../parts/chart/chart.tsx'
import { Meter } from '../../parts/meter.tsx'
import { duration, percent } from '../../parts/say.ts'
import { Panel, Section } from '../../parts/screen.tsx'
import styles from './loads.module.css'

/** What the server did meanwhile, and what explains p95. */
export function ServerSide({ run: { server } }: { run: LoadRun }) {
  if (server === null) {
    return (
      <Section title="Server">
        <Empty title="The server was not watched.">
          Runs from here watch it; on the command line it takes <code>--observe</code>.
        </Empty>
      </Section>
    )
  }
  const { samples, processes, cores, poolSize, attribution } = server
  const at = samples.map(({ atMs }) => Math.round(atMs))
  const note = `${processes} process${processes === 1 ? '' : 'es'}, ${cores} cores${poolSize === null ? '' : `, ${poolSize} connections`}`
  return (
    <>
      {attribution && <Attribution attribution={attribution} />}
      <Section title="Server" note={note}>
        <div className={styles.charts}>
          <Panel>
            <Chart
              title="Busy"
              unit="ratio"
              axis="elapsed"
              at={at}
              lines={[
                { label: 'event loop', values: samples.map((one) => one.eventLoopUtilisation) },
                { label: 'HTTP cache hits', values: samples.map((one) => one.httpHitShare) },
              ]}
            />
          </Panel>
          <Panel>
            <Chart
              title="Cores and connections in use"
              unit="count"
              axis="elapsed"
              at={at}
              lines={[
                { label: 'cores of the application', values: samples.map((one) => one.cpu) },
                { label: 'cores of the database', values: samples.map((one) => one.databaseCpu) },
                { label: 'connections', values: samples.map((one) => one.poolBusy) },
              ]}
            />
          </Panel>
        </div>
      </Section>
    </>
  )
}

function Attribution({ attribution: { causes, unexplained, sentence } }: { attribution: LoadAttribution }) {
  return (
    <Section title="What explains p95" note={sentence}>
      <ul className={styles.causes}>
        {causes.map(({ name, share, ms, evidence }) => (
          <li key={name}>
            <strong>{name}</strong>
            <Meter label={`${name}: share of p95`} share={share} tone={share > 0.5 ? 'warn' : 'idle'} />
            <span>
              {percent(share)}, {duration(ms)}
            </span>
            <p>{evidence}</p>
          </li>
        ))}
        <li>
          <strong>unexplained</strong>
          <Meter label="unexplained share of p95" share={unexplained} />
          <span>{percent(unexplained)}</span>
          <p>the application’s own work in between, the network, the generator</p>
        </li>
      </ul>
    </Section>
  )
}
