import { type Capacity, formatDuration, paths, type ResourceUse, type SavedPlan } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Meter } from '../../parts/meter.tsx'
import { Notice } from '../../parts/notice.tsx'
import { count, duration, nothing, percent, perSecond } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import styles from './capacity-screen.module.css'
import { capacityVerdict, saturatesAt, useTone } from './capacity-sentence.ts'

/** How far this process can go, and what was planned. */
export function CapacityScreen() {
  const answer = useApi<Capacity>(paths.capacity, { every: 2_000 })
  return (
    <Screen
      title="Capacity"
      lead="What is used up first, and at which load: from what this process did while somebody looked."
    >
      <Answered answer={answer} what="the capacity" height="24rem">
        {(capacity) => (
          <>
            <Outlook capacity={capacity} />
            <Resources capacity={capacity} />
            <Plan plan={capacity.plan} />
          </>
        )}
      </Answered>
    </Screen>
  )
}

function Outlook({ capacity: { headroom } }: { capacity: Capacity }) {
  const { tone, word, sentence, evidence } = capacityVerdict(headroom)
  return (
    <Notice tone={tone} word={word} sentence={sentence}>
      <p>{evidence}</p>
      {'refused' in headroom.saturation && (
        <p>
          <ScreenLink to="/loads">Start a load run</ScreenLink> and look here again while it lasts.
        </p>
      )}
    </Notice>
  )
}

function Resources({ capacity: { headroom, worker } }: { capacity: Capacity }) {
  const { resources, slices, coveredMs, highestRate } = headroom
  const note = `process ${worker.number ?? worker.pid}, ${slices} slices over ${formatDuration(coveredMs)}, at most ${perSecond(highestRate)} held`
  return (
    <Section title="Resources" note={note}>
      {resources.length === 0 ? (
        <Empty title="Nothing was seen yet.">
          The first figures come a second after this screen is opened.
        </Empty>
      ) : (
        <ul className={styles.resources}>
          {resources.map((use) => (
            <Resource key={use.resource} use={use} highestRate={highestRate} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Resource({ use, highestRate }: { use: ResourceUse; highestRate: number }) {
  const { resource, capacity, utilisation, perRequest } = use
  const at = saturatesAt(use)
  const isFar = at !== null && at > 2 * highestRate
  return (
    <li className={styles.resource}>
      <div className={styles.name}>
        <strong>{resource}</strong>
        <span>{capacityText(use)}</span>
      </div>
      <div className={styles.use}>
        <Meter label={`${resource} in use`} share={utilisation} tone={useTone(utilisation)} />
        <span>{percent(utilisation)}</span>
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>Per request</dt>
          <dd>{perRequest > 0 ? duration(1000 * perRequest) : nothing}</dd>
        </div>
        <div>
          <dt>At rest</dt>
          <dd>{percent(use.base / capacity)}</dd>
        </div>
        <div>
          <dt>Used up at</dt>
          <dd>
            {at === null ? 'not by requests' : isFar ? `beyond ${perSecond(2 * highestRate)}` : perSecond(at)}
          </dd>
        </div>
      </dl>
    </li>
  )
}

function capacityText({ resource, capacity }: ResourceUse): string {
  if (resource === 'event loop') return 'one thread'
  const unit = resource === 'database pool' ? 'connection' : 'core'
  return `${count(capacity)} ${unit}${capacity === 1 ? '' : 's'}`
}

function Plan({ plan }: { plan: SavedPlan | null }) {
  if (!plan) {
    return (
      <Section title="Plan">
        <Empty title="No plan was saved.">
          Drive load with <code>hotpath load … --observe --out run.json</code>, then write a plan into the
          data folder:{' '}
          <code>
            hotpath capacity plan run.json --peak 2000 --out .hotpath/&lt;app&gt;/capacity/plan.json
          </code>
        </Empty>
      </Section>
    )
  }
  return (
    <Section
      title="Plan"
      note={
        <>
          {plan.file}, written {new Date(plan.at).toLocaleString([], { hour12: false })}
        </>
      }
    >
      {plan.problems.length > 0 && (
        <ul className={styles.problems} data-tone="warn">
          {plan.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <Facts facts={planFacts(plan)} />
    </Section>
  )
}

function planFacts(plan: SavedPlan) {
  const { ratePerPod, replicas, spare, budget, connections, databaseCores, cost } = plan
  return [
    { name: 'One pod serves', value: perSecond(ratePerPod), note: `within ${budget}` },
    { name: 'Pods at the peak', value: count(replicas), note: `${spare} of them spare` },
    {
      name: 'Autoscaler',
      value: `${plan.minReplicas} to ${plan.maxReplicas}`,
      note: `at ${plan.cpuTarget}% CPU`,
    },
    {
      name: 'Connections',
      value: connections ? `${count(connections.wanted)} of ${count(connections.most)}` : nothing,
      note: connections ? (connections.fits ? 'they fit' : 'more than there are') : 'no pool was seen',
    },
    {
      name: 'Database',
      value: databaseCores === null ? nothing : `${databaseCores.toFixed(1)} cores`,
      note: 'at the peak',
    },
    {
      name: 'A month',
      value: cost ? `${cost.currency}${count(cost.total)}` : nothing,
      note: cost ? 'by the price table' : 'no price table given',
    },
  ]
}
