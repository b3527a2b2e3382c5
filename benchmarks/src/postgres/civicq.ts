import { readFileSync } from 'node:fs'
import { parseWorkload, type WorkloadStatement } from '@hotpath/postgres/advisor'
import type { Database } from '@hotpath/postgres'

/** 100,000 votes, 7,500 questions and as many accounts: the workload names rows of these. */
const scale = 1.25

interface CivicQ {
  connect(pool: Database['pool']): unknown
  migrate(db: unknown): Promise<unknown>
  seedDatabase(db: unknown, options: object): Promise<unknown>
}

/** CivicQ's tables with its own data, and none of its indexes but those of keys. */
export async function createCivicQ(database: Database): Promise<void> {
  const load = (name: string): Promise<CivicQ> =>
    import(new URL(`../../../apps/civicq/src/${name}.ts`, import.meta.url).href)
  const { connect } = await load('connection')
  const { migrate } = await load('migrate')
  const { seedDatabase } = await load('seed/seed')
  const db = connect(database.pool)
  await migrate(db)
  const reference = new Date('2026-01-01T00:00:00Z')
  await seedDatabase(db, { seed: 1, scale, reference, onProgress: () => {} })
  const { rows } = await database.query<{ name: string }>(
    `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not i.indisunique`,
  )
  for (const { name } of rows) await database.query(`drop index ${name}`)
  await database.query('vacuum analyze')
}

/** What somebody would make by hand who knows every list and its order: one index for each. */
export const oneForEachList = [
  'create index on ballots (city_id, election_date desc, id)',
  'create index on contests (ballot_id, position)',
  'create index on candidates (contest_id, position)',
  'create index on candidates (user_id) where user_id is not null',
  `create index on questions (contest_id, score desc, id desc) where status = 'published'`,
  `create index on questions (contest_id, created_at desc, id desc) where status = 'published'`,
  `create index on questions (contest_id, activity desc, id desc) where status = 'published'`,
  'create index on question_votes (user_id, question_id) include (value)',
  'create index on answers (candidate_id)',
]

/** What its pages sent while people used it: the statements as it wrote them, weighted by how often each came. */
export function civicqWorkload(): WorkloadStatement[] {
  return parseWorkload(readFileSync(new URL('./civicq-workload.jsonl', import.meta.url), 'utf8'))
}
