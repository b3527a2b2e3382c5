import type { Database } from '@hotpath/postgres'
import type { WorkloadStatement } from '@hotpath/postgres/advisor'

const accounts = 300_000
const history = 200_000

/** pgbench's tables at `scale` 1 = three branches, with a history, which pgbench begins without. */
export async function createPgbench(database: Database, scale: number): Promise<void> {
  const [most, past] = [accounts, history].map((rows) => Math.round(rows * scale))
  const statements = [
    'select setseed(0.1)',
    'create table pgbench_branches (bid int primary key, bbalance int, filler char(88)) with (fillfactor = 100)',
    'create table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84))',
    'create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84))',
    'create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))',
    `insert into pgbench_branches select n, 0, '' from generate_series(1, 3) n`,
    `insert into pgbench_tellers select n, 1 + (n - 1) / 10, 0, '' from generate_series(1, 30) n`,
    `insert into pgbench_accounts select n, 1 + (n - 1) / (${most} / 3), (power(random(), 4) * 10000)::int - 50, ''
     from generate_series(1, ${most}) n`,
    `insert into pgbench_history select 1 + n % 30, 1 + n % 3, 1 + (power(random(), 2) * ${most! - 1})::int,
     (random() * 10000)::int - 5000, timestamp '2024-01-01' + n * interval '1 minute', '' from generate_series(1, ${past}) n`,
  ]
  for (const statement of statements) await database.query(statement)
  for (const table of ['branches', 'tellers', 'accounts', 'history'])
    await database.query(`vacuum analyze pgbench_${table}`)
}

/** The statements of pgbench's own transaction, and what a bank would ask besides. */
export function pgbenchWorkload(scale: number): WorkloadStatement[] {
  const most = Math.round(accounts * scale)
  const some = Array.from({ length: 6 }, (_, at) => 1 + Math.floor((most * (at + 0.5)) / 6))
  const each = some.map((aid) => [aid])
  const statement = (
    weight: number,
    [name, sql, params = [[]]]: [name: string, sql: string, params?: unknown[][]],
  ): WorkloadStatement => ({ name, weight, sql, params, write: !sql.startsWith('select') })
  return [
    statement(500, ['account', 'select abalance from pgbench_accounts where aid = $1', each]),
    statement(300, [
      'book',
      'update pgbench_accounts set abalance = abalance + $2 where aid = $1',
      some.map((aid) => [aid, 5]),
    ]),
    statement(300, [
      'teller',
      'update pgbench_tellers set tbalance = tbalance + 5 where tid = $1',
      [[3], [17]],
    ]),
    statement(300, [
      'branch',
      'update pgbench_branches set bbalance = bbalance + 5 where bid = $1',
      [[1], [3]],
    ]),
    statement(300, [
      'note',
      `insert into pgbench_history (tid, bid, aid, delta, mtime) values (3, 1, $1, 5, now())`,
      each,
    ]),
    statement(60, [
      'statement of account',
      'select delta, mtime from pgbench_history where aid = $1 order by mtime desc limit 20',
      each,
    ]),
    statement(10, [
      'overdrawn',
      'select aid, abalance from pgbench_accounts where bid = $1 and abalance < 0 order by abalance limit 50',
      [[1], [2]],
    ]),
    statement(5, [
      'of a teller today',
      'select sum(delta) from pgbench_history where tid = $1 and mtime >= $2',
      [
        [3, '2024-05-18'],
        [21, '2024-05-18'],
      ],
    ]),
    statement(2, [
      'rich accounts',
      'select aid, abalance from pgbench_accounts order by abalance desc limit 10',
    ]),
    statement(1, [
      'by day and branch',
      `select b.bid, date_trunc('day', h.mtime), sum(h.delta) from pgbench_history h
       join pgbench_accounts a on a.aid = h.aid join pgbench_branches b on b.bid = a.bid where h.delta > 0 group by 1, 2`,
    ]),
    // Matches nearly everything: an index in this order is read from end to end.
    statement(5, [
      'most of a branch',
      'select aid from pgbench_accounts where bid = $1 and abalance > -40 order by aid desc limit 5',
      [[1], [2]],
    ]),
  ]
}
