import type { Alert, AlertEvent, Alerts, Fix, Overview } from '@hotpath/core'
import { type Database, openDatabase } from '@hotpath/postgres'
import { startPostgres } from '@hotpath/postgres/local'
import { start } from '../../apps/civicq/app.ts'
import { type Civicq, civicq } from './civicq.ts'
import { startLoad } from './command.ts'
import { scratchFolder } from './scratch.ts'

/** The route that suffers. */
export const drilledRoute = 'GET /api/me/votes'

export interface DrillOptions {
  /** When alerts fire, and how often it is looked for what to fix. @default as in production */
  watch?: NonNullable<Parameters<typeof start>[0]['watch']>
  /** How long it is well before the index is dropped, in milliseconds. */
  calmMs: number
  /** What never becomes so within this many milliseconds fails the drill. */
  patienceMs: number
  /** While the alert fires and the fix is proposed. */
  whileIll?: (url: string, fixes: readonly Fix[]) => Promise<void>
  /** @default nobody is told */
  progress?: (text: string) => void
}

/** What was seen; times in milliseconds, as whoever asks again and again sees them. */
export interface DrillReport {
  /** Before anything was wrong. */
  calm: Overview
  alert: Alert
  /** From the moment the index was gone. */
  firedMs: number
  /** When it fired. */
  verdict: Overview['verdict']
  fixes: readonly Fix[]
  /** From the moment the index was gone. */
  proposedMs: number
  /** From the moment the proposed statement had been run. */
  resolvedMs: number
  /** What the history of alerts says of the route, the latest first. */
  history: readonly AlertEvent[]
}

const index = 'create index votes_of_user on question_votes (user_id, question_id) include (value)'

/** What a country of some years has: so many votes that looking through all of them is felt by everybody. */
const grow = `
  set session_replication_role = replica;
  insert into users (email, name, role, created_at)
    select 'resident-of-the-drill-' || n, 'Resident', 'voter', now() from generate_series(1, 30000) n;
  insert into questions (contest_id, author_id, text, topic, status, activity, created_at)
    select 1 + n % (select count(*)::int from contests), 1, repeat('why ', 20), 'budget', 'hidden', 0, now()
    from generate_series(1, 200001) n;
  alter table question_votes drop constraint question_votes_pkey;
  drop index votes_of_user;
  insert into question_votes (question_id, user_id, value, voted_at)
    select question + n / 10, resident + n % 10 * 3000 + n / 10 % 3000, 1, now()
    from (select min(id) as question from questions where status = 'hidden') q,
      (select min(id) as resident from users where email like 'resident-of-the-drill-%') u,
      generate_series(0, 1999999) n;
  alter table question_votes add primary key (question_id, user_id);
  ${index};
  reset session_replication_role;
  analyze questions, question_votes`

/** Nothing but the load keeps it busy, and a scan is one process' work. */
const settings = { autovacuum: 'off', max_parallel_workers_per_gather: '0', maintenance_work_mem: '256MB' }

/**
 * Drops the index of a route of CivicQ under load on a real Postgres, waits for the alert and for the fix that is
 * proposed, does what it says, and waits until all is well.
 */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { watch, progress = () => {} } = options
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(scratchFolder())
  progress('starting')
  const postgres = await startPostgres({ durable: false, settings })
  stack.defer(() => postgres.stop())
  const app = await start({
    port: 0,
    scale: 0.02,
    environment: { DATABASE_URL: postgres.url, HOTPATH_FOLDER: folder.path },
    onProgress() {},
    ...(watch && { watch }),
  })
  stack.defer(() => app.close())
  const database = await openDatabase({ url: postgres.url, statementTimeout: '2m' })
  stack.defer(() => database.close())
  await database.query(grow)

  const api = civicq(app.url)
  const token = await api.login('voter-1@civicq.example')
  // So many that the scans fill any machine: then the time of an answer is a matter of their number.
  const users = ['--model', 'closed', '--users', '60', '--think', '200ms', '--duration', '1h']
  const target = `${app.url}/api/me/votes?contest=1`
  const load = startLoad([target, ...users, '--header', `authorization: Bearer ${token}`])
  stack.defer(async () => void (await load.stop()))
  await load.started
  // Awaited here: what it plays on is gone at the end of this scope.
  return await play({ api, database, url: app.url }, options)
}

interface Stage {
  api: Civicq
  database: Database
  url: string
}

async function play({ api, database, url }: Stage, options: DrillOptions): Promise<DrillReport> {
  const { calmMs, patienceMs, whileIll, progress = () => {} } = options
  const alerts = async () => (await api.get<Alerts>('/_hotpath/api/alerts')).body
  const overview = async () => (await api.get<Overview>('/_hotpath/api/overview')).body
  const until = <T>(ask: () => Promise<T>, isSo: (answer: T) => boolean) => untilSo(ask, { isSo, patienceMs })
  const ofRoute = (seen: Alerts) => seen.alerts.find(({ route }) => route === drilledRoute)
  const isIndex = ({ kind, route }: Fix) => kind === 'missing-index' && route === drilledRoute

  progress('well')
  await until(overview, ({ routes }) =>
    routes.some((row) => row.route === drilledRoute && row.requests > 200),
  )
  await new Promise((resolve) => setTimeout(resolve, calmMs))
  // A busy machine may be slow to begin with.
  await until(alerts, (seen) => ofRoute(seen) === undefined || ofRoute(seen)?.state === 'resolved')
  const calm = await overview()

  await database.query('drop index votes_of_user')
  const droppedAt = performance.now()
  progress('the index is gone')
  const alert = ofRoute(await until(alerts, (seen) => ofRoute(seen)?.state === 'firing'))!
  const firedMs = performance.now() - droppedAt
  const { verdict } = await overview()
  progress(`an alert fires: ${alert.sentence}`)

  const { fixes } = await until(overview, (seen) => seen.fixes.some(isIndex))
  const proposedMs = performance.now() - droppedAt
  const fix = fixes.find(isIndex)!
  progress(`proposed: ${fix.title}`)
  await whileIll?.(url, fixes)

  await database.query(fix.action.sql!)
  const restoredAt = performance.now()
  progress('the index is there again')
  const { history } = await until(alerts, (seen) => ofRoute(seen)?.state === 'resolved')
  const resolvedMs = performance.now() - restoredAt
  await until(overview, (seen) => !seen.fixes.some(isIndex))
  const ofDrill = history.filter(({ route }) => route === drilledRoute)
  return { calm, alert, firedMs, verdict, fixes, proposedMs, resolvedMs, history: ofDrill }
}

/** Asks again and again until what is answered satisfies; it says what it was when it never does. */
async function untilSo<T>(
  ask: () => Promise<T>,
  { isSo, patienceMs }: { isSo: (answer: T) => boolean; patienceMs: number },
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (performance.now() > deadline) throw new Error(`It never became so: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
