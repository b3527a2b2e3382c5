import type { Alerts, Fix, Overview } from '@hotpath/core'
import { type Database, openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from '../../apps/civicq/app.ts'
import type { Browser } from 'playwright-core'
import { complaintsOf, launchBrowser } from '../src/browser.ts'
import { type Civicq, civicq } from '../src/civicq.ts'
import { startLoad } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
let postgres: LocalPostgres
let database: Database
let app: Awaited<ReturnType<typeof start>>
let api: Civicq
let browser: Browser

/** The same rules over shorter windows: a minute is three seconds. */
const timing = {
  every: '250ms',
  share: [
    { long: '15s', short: '3s', times: 2 },
    { long: '3s', short: '1s', times: 6 },
  ],
  hold: '500ms',
  clear: '2s',
} as const

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

beforeAll(async () => {
  // Nothing but the load keeps it busy, and a scan is one process' work.
  const settings = {
    autovacuum: 'off',
    max_parallel_workers_per_gather: '0',
    maintenance_work_mem: '256MB',
  }
  postgres = await startPostgres({ durable: false, settings })
  app = await start({
    port: 0,
    scale: 0.02,
    environment: { DATABASE_URL: postgres.url, HOTPATH_FOLDER: folder.path },
    onProgress() {},
    watch: { alerts: { timing, log: false }, fixes: { every: '3s' } },
  })
  api = civicq(app.url)
  database = await openDatabase({ url: postgres.url, statementTimeout: '2m' })
  await database.query(grow)
  browser = await launchBrowser()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await database?.close()
  await app?.close()
  await postgres?.stop()
  folder[Symbol.dispose]()
})

/** Asks again and again until what is answered satisfies; it says what it was when it never does. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (performance.now() > deadline) throw new Error(`It never became so: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const alerts = async () => (await api.get<Alerts>('/_hotpath/api/alerts')).body
const overview = async () => (await api.get<Overview>('/_hotpath/api/overview')).body
const route = 'GET /api/me/votes'
const ofRoute = ({ alerts: all }: Alerts) => all.find((alert) => alert.route === route)

test('an index that is dropped under load: an alert fires, names route and database, and the fix; restored, it ends', async () => {
  const token = await api.login('voter-1@civicq.example')
  const target = `${app.url}/api/me/votes?contest=1`
  // So many that the scans fill any machine: then the time of an answer is a matter of their number.
  const users = ['--model', 'closed', '--users', '60', '--think', '200ms', '--duration', '5m']
  const load = startLoad([target, ...users, '--header', `authorization: Bearer ${token}`])
  try {
    await load.started
    const calm = await until(overview, ({ routes }) =>
      routes.some((row) => row.route === route && row.requests > 200),
    )
    expect(calm.fixes.filter(({ kind }) => kind === 'missing-index')).toEqual([])
    // A busy machine may be slow to begin with.
    await until(alerts, (seen) => ofRoute(seen) === undefined || ofRoute(seen)?.state === 'resolved')

    await database.query('drop index votes_of_user')
    const ill = await until(alerts, (seen) => ofRoute(seen)?.state === 'firing')
    expect(ofRoute(ill)).toMatchObject({ figure: 'latency', budget: 'p95 < 200ms' })
    const { verdict } = await overview()
    expect(verdict.state).not.toBe('healthy')
    expect(verdict.sentence).toMatch(/^GET \/api\/me\/votes: .*because of the database: .*question_votes/)

    const isIndex = ({ kind, route: of }: Fix) => kind === 'missing-index' && of === route
    const { fixes } = await until(overview, (seen) => seen.fixes.some(isIndex))
    expect(fixes.length).toBeLessThanOrEqual(5)
    expect(isIndex(fixes[0]!)).toBe(true)
    expect(fixes[0]!.title).toBe('An index on question_votes (user_id, question_id) for GET /api/me/votes')
    expect(fixes[0]!.savedMsPerSecond).toBeGreaterThan(0)

    const console = await browser.newPage()
    const complaints = complaintsOf(console)
    await console.goto(`${app.url}/_hotpath/`)
    await console
      .getByText(/GET \/api\/me\/votes: .*because of the database: .*question_votes/)
      .first()
      .waitFor()
    await console.getByText(fixes[0]!.title).first().waitFor()
    expect(complaints).toEqual([])

    await database.query(fixes[0]!.action.sql!)
    const well = await until(alerts, (seen) => ofRoute(seen)?.state === 'resolved')
    expect(well.history.find((event) => event.route === route)).toMatchObject({ kind: 'resolved' })
    await until(overview, (seen) => !seen.fixes.some(isIndex))
  } finally {
    await load.stop()
  }
})
