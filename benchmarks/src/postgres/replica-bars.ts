import { type Database, openDatabase } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import { startPostgres, startReplica } from '@hotpath/postgres/local'
import { createRouter, type Router } from '@hotpath/postgres/router'
import type { BarResult, SuiteContext } from '../suite.ts'

const sessions = 8
const rowsEach = 100

interface Pairs {
  /** Reads that did not see what their session had written. */
  stale: number
  /** The same of a router that takes the replica for every other read, whatever it lacks. */
  staleAtRandom: number
}

/** Sessions that write a row and read it at once, against a replica that applies 20 ms late. */
export async function replicaBars({ quick, progress }: SuiteContext): Promise<BarResult[]> {
  progress('write-then-read pairs against a lagging replica')
  const pairs = quick ? 2_000 : 10_000
  // Commits wait for the log, not for the disk: the replica's lag is what is looked at.
  const settings = { synchronous_commit: 'on' }
  await using stack = new AsyncDisposableStack()
  const primaryServer = await startPostgres({ durable: false, settings })
  stack.defer(() => primaryServer.stop())
  const lag = { recovery_min_apply_delay: '20ms', fsync: 'off' }
  const replicaServer = await startReplica(primaryServer, { settings: lag })
  stack.defer(() => replicaServer.stop())
  const primary = await openDatabase({ url: primaryServer.url })
  stack.defer(() => primary.close())
  const replica = await openDatabase({ url: replicaServer.url })
  stack.defer(() => replica.close())
  await primary.query('create table counters (id int primary key, value int not null)')
  await primary.query(`insert into counters select n, 0 from generate_series(1, ${sessions * rowsEach}) n`)
  const router = await createRouter({
    primary,
    replicas: { replica },
    secret: 'of this run alone',
    maxLag: '10s',
  })
  stack.defer(() => router.close())
  await until(async () => {
    const isServing = router.report().replicas[0]!.status === 'serving'
    return (
      isServing && (await replica.query(`select to_regclass('counters') as found`)).rows[0]!['found'] !== null
    )
  })

  const { stale, staleAtRandom } = await writeAndRead({ router, replica }, pairs)
  const share = await shareOfFreeReads(router)
  progress('looking through 5,000 tables')
  const seconds = await secondsOfHealth(primary, quick ? 500 : 5_000)
  return [
    {
      id: 'read-your-writes-stale',
      what: `Stale reads in ${pairs} write-then-read pairs against a replica that is 20 ms late`,
      ours: stale,
      peers: { 'every other read to the replica': staleAtRandom },
      unit: 'reads',
      ratio: stale / pairs,
      bar: '0 stale',
      holds: stale === 0,
    },
    {
      id: 'read-your-writes-replica-share',
      what: 'Reads that need not wait, served by the replica',
      ours: share,
      peers: {},
      unit: 'of all',
      ratio: share,
      bar: '≥ 0.95',
      holds: share >= 0.95,
    },
    {
      id: 'health-of-5000-tables',
      what: `hotpath db health on ${quick ? 500 : '5,000'} tables with two indexes each`,
      ours: seconds,
      peers: {},
      unit: 's',
      ratio: seconds / 5,
      bar: '< 5 s',
      holds: seconds < 5,
    },
  ]
}

async function writeAndRead(
  { router, replica }: { router: Router; replica: Database },
  pairs: number,
): Promise<Pairs> {
  const found = { stale: 0, staleAtRandom: 0 }
  const read = 'select value from counters where id = $1'
  const valueOf = ({ rows }: { rows: { value: number }[] }) => rows[0]!.value
  const session = async (first: number): Promise<void> => {
    for (let pair = 0; pair < pairs / sessions; pair++) {
      const id = first + (pair % rowsEach)
      const write = 'update counters set value = value + 1 where id = $1 returning value'
      const written = valueOf(await router.query<{ value: number }>(write, [id]))
      if (pair % 2 === 0 && valueOf(await replica.query<{ value: number }>(read, [id])) !== written)
        found.staleAtRandom += 1
      if (valueOf(await router.query<{ value: number }>(read, [id])) !== written) found.stale += 1
    }
  }
  await Promise.all(
    Array.from({ length: sessions }, (_, number) =>
      router.run({ replica: true }, () => session(1 + number * rowsEach)),
    ),
  )
  return found
}

/** Of reads whose sessions wrote nothing. */
async function shareOfFreeReads(router: Router): Promise<number> {
  const reads = 2_000
  const before = router.report().reads.replica
  for (let read = 0; read < reads; read++) {
    await router.query('select value from counters where id = $1', [1 + (read % rowsEach)], { replica: true })
  }
  return (router.report().reads.replica - before) / reads
}

async function secondsOfHealth(database: Database, tables: number): Promise<number> {
  await database.query(`do $$ begin for n in 1..${tables} loop
    execute format('create table many_%s (id int primary key, name text)', n);
    execute format('create index on many_%s (name)', n);
    if n % 250 = 0 then commit; end if;
  end loop; end $$`)
  const startedAt = performance.now()
  await checkHealth(database)
  return (performance.now() - startedAt) / 1000
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}
