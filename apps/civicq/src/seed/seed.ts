import type { Progress } from '@hotpath/app'
import { sql } from 'kysely'
import { hashPassword } from '../password.ts'
import type { Db, DbTransaction } from '../schema.ts'
import {
  administratorEmail,
  candidateEmail,
  demoCandidates,
  demoPassword,
  demoVoters,
  voterEmail,
} from './accounts.ts'
import { bulkInsert } from './bulk-insert.ts'
import { type DatasetOptions, makeDataset } from './dataset.ts'
import type { Dataset } from './rows.ts'
import { seededTables } from './tables.ts'

export interface SeedOptions extends DatasetOptions {
  /** Throw away what is there first. @default false: data that is there stays as it is */
  reset?: boolean
  onProgress: (progress: Progress) => void
}

/** What the database holds afterwards. */
export interface Seeding {
  seed: number
  scale: number
  reference: Date
  /** False when the data was there before. */
  isNew: boolean
}

/** Names the lock among those of this database; any number that nothing else uses. */
const lockKey = 0x63697671

/**
 * Fills an empty database, all of it in one transaction: a seed that was cut off leaves nothing behind. Of two
 * processes that seed at once the second waits and finds the data there.
 */
export async function seedDatabase(db: Db, options: SeedOptions): Promise<Seeding> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${lockKey})`.execute(transaction)
    if (options.reset === true) await empty(transaction)
    const present = await transaction.selectFrom('seedings').selectAll().executeTakeFirst()
    if (present) return { ...present, isNew: false }
    await fill(transaction, options)
    const { seed, scale, reference } = options
    return { seed, scale, reference, isNew: true }
  })
}

async function empty(db: DbTransaction): Promise<void> {
  const tables = [...Object.keys(seededTables), 'seedings']
  await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))} restart identity`.execute(db)
}

async function fill(db: DbTransaction, { seed, scale, reference, onProgress }: SeedOptions): Promise<void> {
  onProgress({ label: 'Making up cities, candidates and questions', done: 0, total: 1 })
  const dataset = makeDataset({ seed, scale, reference })
  // Begun now: hashing keeps this process busy while the database inserts.
  const passwords = hashDemoPasswords()
  // Their failure is met where they are awaited; until then it must not count as unhandled.
  passwords.catch(() => {})
  for (const table of Object.keys(seededTables) as (keyof Dataset)[]) {
    await insertTable(db, { table, rows: dataset[table], onProgress })
  }
  await setPasswords(db, await passwords)
  for (const table of [
    'cities',
    'users',
    'ballots',
    'contests',
    'candidates',
    'questions',
    'answers',
  ] as const) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${dataset[table].length})`.execute(db)
  }
  await db.insertInto('seedings').values({ seed, scale, reference }).execute()
  // An embedded database has nobody else who would gather the planner's figures.
  await sql`analyze`.execute(db)
}

async function insertTable(
  db: DbTransaction,
  of: { table: keyof Dataset; rows: readonly object[]; onProgress: SeedOptions['onProgress'] },
): Promise<void> {
  const total = of.rows.length
  const report = (done: number) =>
    of.onProgress({ label: `Seeding ${of.table.replace('question_', '')}`, done, total })
  report(0)
  const into = { table: of.table, types: seededTables[of.table] }
  await bulkInsert(db, into, { all: of.rows, onChunk: report })
}

interface DemoPassword {
  email: string
  hash: string
}

async function hashDemoPasswords(): Promise<DemoPassword[]> {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
  const emails = [
    administratorEmail,
    ...numbers(demoVoters).map(voterEmail),
    ...numbers(demoCandidates).map(candidateEmail),
  ]
  return Promise.all(emails.map(async (email) => ({ email, hash: await hashPassword(demoPassword) })))
}

async function setPasswords(db: DbTransaction, passwords: readonly DemoPassword[]): Promise<void> {
  const emails = passwords.map(({ email }) => email)
  const hashes = passwords.map(({ hash }) => hash)
  await sql`update users set password_hash = given.hash
    from unnest(${emails}::text[], ${hashes}::text[]) as given (email, hash)
    where users.email = given.email`.execute(db)
}
