import { type CachesReport, paths } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { Facts } from '../../parts/facts.tsx'
import { bytes, count, percent } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { httpHitShare, stampedesStopped } from './caches-figures.ts'
import { ExplainForm } from './explain-form.tsx'
import { GroupTable } from './group-table.tsx'
import { HitChart } from './hit-chart.tsx'
import { NamespaceTable } from './namespace-table.tsx'
import { OffRoutes } from './off-routes.tsx'
import { PurgeForm } from './purge-form.tsx'

/** What the caches hold and did, why something is or is not served from them, and how to drop it. */
export function CachesScreen() {
  const answer = useApi<CachesReport>(paths.cacheStats, { every: 2_000 })
  return (
    <Screen
      title="Caches"
      lead="HTTP responses and objects in the memory of the process that answers, counted since its start."
    >
      <Answered answer={answer} what="the caches" height="7rem">
        {(report) => (
          <>
            <Section title="Tiers" note={`process ${report.worker.number ?? report.worker.pid}`}>
              <Facts facts={tierFacts(report)} />
            </Section>
            <OffRoutes routes={report.off} />
          </>
        )}
      </Answered>
      <HitChart />
      <Answered answer={answer} what="the key groups" height="16rem">
        {(report) => (
          <>
            <NamespaceTable objects={report.objects} />
            <GroupTable report={report} />
          </>
        )}
      </Answered>
      <ExplainForm namespaces={answer.data?.objects.map(({ namespace }) => namespace) ?? []} />
      <PurgeForm />
    </Screen>
  )
}

function tierFacts(report: CachesReport) {
  const { http, objects } = report
  const sum = (pick: (one: CachesReport['objects'][number]) => number) =>
    objects.reduce((total, one) => total + pick(one), 0)
  const inMemory = sum(({ groups }) => groups.reduce((all, { hits }) => all + hits.memory, 0))
  const inRedis = sum(({ groups }) => groups.reduce((all, { hits }) => all + hits.redis, 0))
  return [
    {
      name: 'HTTP responses',
      value: percent(httpHitShare(report)),
      note: `hit: ${count(http.hits + http.staleHits)} served, ${count(http.misses)} missed`,
    },
    {
      name: 'Objects in memory',
      value: count(inMemory),
      note: `hits; ${count(sum(({ misses }) => misses))} reads missed`,
    },
    { name: 'Redis', value: count(inRedis + http.redisHits), note: 'hits of another process’ work' },
    {
      name: 'Stampedes stopped',
      value: count(stampedesStopped(report)),
      note: 'waited for one answer instead of making their own',
    },
    {
      name: 'Memory',
      value: bytes(http.bytes + sum((one) => one.bytes)),
      note: `${count(http.entries)} URLs, ${count(sum((one) => one.entries))} objects`,
    },
    {
      name: 'Evictions',
      value: count(http.evictions + sum((one) => one.evictions)),
      note: 'dropped for want of room',
    },
  ]
}
