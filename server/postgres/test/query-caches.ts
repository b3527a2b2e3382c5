import { createCache, createTagSpace } from '@hotpath/cache'
import type { Database } from '@hotpath/postgres'
import { createQueryCache, type QueryCache, type QueryCacheOptions } from '@hotpath/postgres/query-cache'

/** Tables of many kinds, with rows. */
export const schema = `
  create table users (id int primary key, name text not null);
  create table posts (id int primary key, author int references users on delete cascade, title text not null);
  create table audited (id int primary key);
  create table events (day int not null, id int not null) partition by list (day);
  create table events_1 partition of events for values in (1);
  create view titles as select p.title, u.name from posts p join users u on u.id = p.author;
  create table secrets (id int);
  alter table secrets enable row level security;
  create function reads_posts() returns bigint language sql stable as 'select count(*) from posts';
  create function writes_posts() returns void language sql volatile as 'delete from posts';
  create function audit() returns trigger language plpgsql as $$ begin update users set name = 'audited' where id = 2; return null; end $$;
  create trigger audit after insert on audited execute function audit();
  insert into users values (1, 'Ada'), (2, 'Grace');
  insert into posts values (1, 1, 'Engines'), (2, 2, 'Compilers');
  insert into events values (1, 1);
`
const reset = `drop table if exists users, posts, audited, events, secrets cascade;
  drop function if exists reads_posts, writes_posts, audit`

/** A query cache of its own over fresh tables. */
export async function open(
  database: Database,
  options: Partial<QueryCacheOptions> = {},
): Promise<{ queries: QueryCache; loads: () => number; invalidations: () => number } & AsyncDisposable> {
  const cache = createCache({ namespace: 'queries', tags: createTagSpace(), ttl: '1h' })
  const queries = await createQueryCache({ database, cache, ...options })
  return {
    queries,
    loads: () => cache.stats().loads,
    invalidations: () => cache.stats().invalidations,
    [Symbol.asyncDispose]: () => queries.close(),
  }
}

export async function fresh(database: Database): Promise<void> {
  await database.query(reset)
  await database.query(schema)
}

/** The first column of the first row. */
export const one = async (queries: QueryCache, sql: string, params: readonly unknown[] = []) =>
  Object.values((await queries.query<Record<string, unknown>>(sql, params)).rows[0] ?? {})[0]
