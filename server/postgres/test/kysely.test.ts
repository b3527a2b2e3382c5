import { type Generated, Kysely, PostgresDialect } from 'kysely'
import { describe, expect, test } from 'vitest'
import { failureOf, hearStatements, openBoth } from './databases.ts'

const both = openBoth()

interface Schema {
  ballots: { id: Generated<number>; title: string; closed: boolean }
}

describe.each([
  ['a server', both.server],
  ['the embedded database', both.embedded],
])('Kysely over %s', (_kind, database) => {
  const kysely = () => new Kysely<Schema>({ dialect: new PostgresDialect({ pool: database().pool }) })

  test('creates, inserts, updates, deletes and selects', async () => {
    const db = kysely()
    await db.schema
      .createTable('ballots')
      .addColumn('id', 'serial', (column) => column.primaryKey())
      .addColumn('title', 'text', (column) => column.notNull().unique())
      .addColumn('closed', 'boolean', (column) => column.notNull())
      .execute()
    const inserted = await db
      .insertInto('ballots')
      .values([
        { title: 'One', closed: false },
        { title: 'Two', closed: false },
      ])
      .returningAll()
      .execute()
    expect(inserted).toEqual([
      { id: 1, title: 'One', closed: false },
      { id: 2, title: 'Two', closed: false },
    ])
    const updated = await db
      .updateTable('ballots')
      .set({ closed: true })
      .where('id', '=', 2)
      .executeTakeFirst()
    expect(updated.numUpdatedRows).toBe(1n)
    const deleted = await db.deleteFrom('ballots').where('title', '=', 'One').executeTakeFirst()
    expect(deleted.numDeletedRows).toBe(1n)
    expect(await db.selectFrom('ballots').select(['id', 'closed']).execute()).toEqual([
      { id: 2, closed: true },
    ])
  })

  test('commits a transaction', async () => {
    const db = kysely()
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto('ballots').values({ title: 'Committed', closed: false }).execute()
    })
    expect(await titles(db)).toContain('Committed')
  })

  test('rolls a transaction back when its work throws', async () => {
    const db = kysely()
    const work = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('ballots').values({ title: 'Thrown', closed: false }).execute()
      throw new Error('changed my mind')
    })
    expect((await failureOf(work)).message).toBe('changed my mind')
    expect(await titles(db)).not.toContain('Thrown')
  })

  test('tells a unique violation by its SQLSTATE and goes on', async () => {
    const db = kysely()
    const twice = () => db.insertInto('ballots').values({ title: 'Twice', closed: false }).execute()
    await twice()
    expect(await failureOf(twice())).toMatchObject({ code: '23505', constraint: 'ballots_title_key' })
    expect(await titles(db)).toContain('Twice')
  })

  test('is heard on the channel, transactions too', async () => {
    const db = kysely()
    using statements = hearStatements()
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('ballots').select('id').where('id', '=', 2).execute()
    })
    expect(statements.heard.map(({ text, rows, error }) => ({ text, rows, error }))).toEqual([
      { text: 'begin', rows: 0, error: null },
      { text: 'select "id" from "ballots" where "id" = $1', rows: 1, error: null },
      { text: 'commit', rows: 0, error: null },
    ])
  })
})

async function titles(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db.selectFrom('ballots').select('title').execute()
  return rows.map(({ title }) => title)
}
