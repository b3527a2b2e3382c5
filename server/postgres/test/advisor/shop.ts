import { type Database, openDatabase } from '@hotpath/postgres'
import type { WorkloadStatement } from '@hotpath/postgres/advisor'

/** Items of carts, and a trap: the planner believes that reading recent items in order finds red ones soon. */
export async function createShop(database: Database): Promise<void> {
  for (const sql of [
    'create table carts (id int primary key, email text not null)',
    'create table items (id int primary key, cart_id int not null, colour text not null, price int not null)',
    "insert into carts select n, 'Buyer' || n || '@example.org' from generate_series(1, 2000) n",
    // The only red items are the oldest, so that reading in order of id backwards reads everything.
    `insert into items select n, 1 + n % 2000, case when n <= 300 then 'red' else 'blue' end, n % 1000
     from generate_series(1, 60000) n`,
    'vacuum analyze carts',
    'vacuum analyze items',
  ])
    await database.query(sql)
}

export const cartRead: WorkloadStatement = {
  name: 'items of a cart',
  weight: 50,
  sql: 'select id, price from items where cart_id = $1',
  params: [[1], [700], [1400]],
  write: false,
}

/** Opens the database at `url`, lets `use` have it, and leaves no connection behind. */
export async function withDatabase<T>(
  options: { url: string } | { folder: string },
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ ...options, tap: { slow: '1h' } })
  try {
    return await use(database)
  } finally {
    await database.close()
  }
}
