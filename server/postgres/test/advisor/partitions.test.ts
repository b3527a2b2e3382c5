import { adviseIndexes } from '@hotpath/postgres/advisor'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { withServer } from '../databases.ts'
import { withDatabase } from './shop.ts'

const server = withServer()

/** A database whose owner is no superuser, so that extensions which are not trusted cannot be had. */
async function createOwned(): Promise<string> {
  await withDatabase({ url: server().url }, async (admin) => {
    await admin.query('create role owner login createdb')
    await admin.query('create database "Events" owner owner')
  })
  const url = new URL(server().url)
  url.username = 'owner'
  url.pathname = '/Events'
  return url.href
}

const schema = [
  'create schema "Log"',
  `create table "Log"."Events" (id int not null, "userId" int not null, at timestamptz not null, kind text not null)
     partition by range (at)`,
  ...[0, 1, 2].map(
    (at) =>
      `create table "Log"."Events_${at}" partition of "Log"."Events" for values from ('202${at}-01-01') to ('202${at + 1}-01-01')`,
  ),
  `insert into "Log"."Events" select n, n % 3000, timestamptz '2020-01-01' + n * interval '20 minutes', 'kind ' || n % 9
     from generate_series(1, 60000) n`,
  'vacuum analyze "Log"."Events"',
]

test('without hypopg, as a plain owner, a partitioned table gets an index whose migration runs, also twice', async () => {
  const url = await createOwned()
  await withDatabase({ url }, async (database) => {
    for (const sql of schema) await database.query(sql)
  })
  const recent = {
    name: 'events of a user',
    weight: 100,
    sql: 'select id, kind from "Log"."Events" where "userId" = $1 and at > $2 order by at desc limit 20',
    params: [
      [7, '2020-02-01T00:00:00Z'],
      ['2500', '2021-06-01'],
    ],
    write: false,
  }
  const advice = await adviseIndexes({ url, workload: [recent], timeLimit: '40s' })
  expect(advice.notes.join('\n')).toContain('hypopg is not installed')
  expect(advice.skipped).toEqual([])
  expect(advice.accepted).toHaveLength(1)
  expect(advice.accepted[0]!.sql).toContain('on "Log"."Events" using btree ("userId"')
  expect(advice.accepted[0]!.ratio.high).toBeLessThan(1)

  await using client = Object.assign(new Client(url), { [Symbol.asyncDispose]: () => client.end() })
  await client.connect()
  const statements = advice.migration
    .split(';\n')
    .filter((part) => /^\w/m.test(part.replaceAll(/^--.*$/gm, '')))
  for (const sql of [...statements, ...statements]) await client.query(sql)
  const { rows } = await client.query(
    `select i.indrelid::regclass::text as table, i.indisvalid as valid from pg_index i
     join pg_class c on c.oid = i.indrelid where c.relname like 'Events%' order by 1`,
  )
  expect(rows).toEqual(
    ['"Log"."Events"', '"Log"."Events_0"', '"Log"."Events_1"', '"Log"."Events_2"'].map((table) => ({
      table,
      valid: true,
    })),
  )
})
