import { type CurrentLoad, type LoadProgress, paths } from '@hotpath/core'
import { useSend } from '../../data/use-send.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { Chart } from '../../parts/chart/chart.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Meter } from '../../parts/meter.tsx'
import { count, duration, nothing, percent, perSecond } from '../../parts/say.ts'
import { Panel, Section } from '../../parts/screen.tsx'
import styles from './loads.module.css'

const phases = {
  warmup: 'warming up',
  measuring: 'measuring',
  draining: 'waiting for the last answers',
} as const

/** The run under way, second by second. */
export function LiveRun({ load }: { load: CurrentLoad }) {
  const stop = useSend<object, unknown>(paths.loadStop)
  const now = load.progress.at(-1)
  const phase = load.isStopping ? 'stopping' : now ? phases[now.phase] : 'starting'
  return (
    <Section
      title={`Under way: ${load.scenario} at ${perSecond(load.rate)}`}
      note={phase}
      actions={
        <ActionButton quiet whyNot={load.isStopping ? 'It is stopping.' : ''} onClick={() => stop.send({})}>
          {load.isStopping ? 'Stopping…' : 'Stop, and keep what there is'}
        </ActionButton>
      }
    >
      <div className={styles.live}>
        <Meter label="Progress" share={now ? now.elapsedMs / now.totalMs : 0} tone="idle" />
        <Facts facts={liveFacts(now)} />
        <Panel>
          <LiveChart progress={load.progress} />
        </Panel>
        {stop.problem !== null && <p role="alert">{stop.problem}</p>}
      </div>
    </Section>
  )
}

function liveFacts(now: LoadProgress | undefined) {
  if (!now) return [{ name: 'Generator', value: nothing, note: 'reads the scenarios' }]
  const { rate, p95Ms, requests, errors, underWay, generator } = now
  return [
    { name: 'Answered', value: perSecond(rate), note: `${count(requests)} so far` },
    { name: 'p95', value: duration(p95Ms), note: 'of the last second' },
    { name: 'Errors', value: count(errors), note: percent(errors / Math.max(1, requests)) },
    { name: 'Under way', value: count(underWay), note: 'sent, or waiting to be' },
    { name: 'Generator', value: percent(generator.eventLoopUtilisation), note: healthOf(now) },
  ]
}

/** What a look at the generator tells before the verdict does. */
export function healthOf({ generator }: Pick<LoadProgress, 'generator'>): string {
  if (generator.eventLoopUtilisation > 0.85) return 'at its limit: the run will be invalid'
  const late = `late by ${duration(generator.latenessP99Ms)} (p99)`
  return generator.latenessP99Ms > 2 ? `busy, ${late}` : `well, ${late}`
}

function LiveChart({ progress }: { progress: readonly LoadProgress[] }) {
  return (
    <Chart
      title="p95 of each second"
      unit="ms"
      axis="elapsed"
      height={160}
      at={progress.map(({ elapsedMs }) => Math.round(elapsedMs))}
      lines={[{ label: 'p95', values: progress.map(({ p95Ms }) => p95Ms) }]}
    />
  )
}
