import { loadModule } from 'libpg-query'
import { beforeAll, expect, test } from 'vitest'
import { candidatesFor } from '../../src/advisor/candidates.ts'
import type { Catalog, Table } from '../../src/advisor/catalog.ts'
import { indexBody } from '../../src/advisor/index-spec.ts'
import { readUses } from '../../src/advisor/read-uses.ts'

beforeAll(() => loadModule())

function tableOf(name: string, columns: Record<string, string>): Table {
  const described = Object.entries(columns).map(
    ([column, type]) =>
      [column, { name: column, type, distinct: column === 'id' ? 1000 : 10, width: 8 }] as const,
  )
  return {
    sql: `public.${name}`,
    schema: 'public',
    name,
    partitioned: false,
    rows: 1000,
    pages: 100,
    visiblePages: 100,
    columns: new Map(described),
    indexes: [],
  }
}

const tables = [
  tableOf('posts', {
    id: 'int4',
    owner: 'int4',
    kind: 'int4',
    title: 'text',
    score: 'int4',
    tags: '_text',
    data: 'jsonb',
    gone: 'timestamptz',
  }),
  tableOf('users', { id: 'int4', name: 'text' }),
]
const catalog: Catalog = {
  table: (name) => tables.find((table) => table.name === name),
  view: (name) =>
    name === 'live_posts' ? 'select id, owner as author from posts where gone is null' : undefined,
  tables: () => tables,
}

const bodiesOf = (sql: string): string[] =>
  readUses(sql, catalog).uses.flatMap((use) =>
    candidatesFor(use).map((spec) => indexBody(spec).replaceAll('"', '')),
  )

test.each([
  [
    'equality before order',
    'select * from posts where owner = $1 order by score desc limit 5',
    'on public.posts using btree (owner, score)',
  ],
  [
    'equality before range',
    'select * from posts where score > 5 and owner = $1',
    'on public.posts using btree (owner, score)',
  ],
  [
    'mixed directions',
    'select * from posts order by score desc, id limit 5',
    'on public.posts using btree (score desc, id)',
  ],
  [
    'a join',
    'select u.name from users u join posts p on p.owner = u.id where p.kind = $1',
    'on public.posts using btree (kind, owner)',
  ],
  [
    'a covering index',
    'select score from posts where owner = $1',
    'on public.posts using btree (owner) include (score)',
  ],
  [
    'a constant condition',
    'select * from posts where gone is null and owner = $1',
    'on public.posts using btree (owner) where gone is null',
  ],
  [
    'an expression',
    'select * from users where lower(name) = $1',
    'on public.users using btree ((lower(name)))',
  ],
  [
    'a JSON member',
    `select * from posts where data->>'k' = $1`,
    `on public.posts using btree (((data ->> 'k')))`,
  ],
  [
    'text searched in the middle',
    `select * from posts where title ilike '%x%'`,
    'on public.posts using gin (title gin_trgm_ops)',
  ],
  [
    'text with a fixed beginning',
    `select * from posts where title like 'x%'`,
    'on public.posts using btree (title text_pattern_ops)',
  ],
  ['containment', 'select * from posts where tags @> array[$1]', 'on public.posts using gin (tags)'],
  [
    'JSON containment',
    'select * from posts where data @? $1',
    'on public.posts using gin (data jsonb_path_ops)',
  ],
  [
    'the greatest of some',
    'select max(score) from posts where owner = $1',
    'on public.posts using btree (owner, score)',
  ],
  ['a list', 'select * from posts where owner in (1, 2, 3)', 'on public.posts using btree (owner)'],
  [
    'one arm of an OR',
    'select * from posts where owner = $1 or kind = $2',
    'on public.posts using btree (kind)',
  ],
  [
    'a correlated subquery',
    'select (select count(*) from posts where posts.owner = u.id) from users u',
    'on public.posts using btree (owner)',
  ],
  [
    'a subquery of IN',
    'select * from users where id in (select owner from posts where kind = 1)',
    'on public.posts using btree (owner) where kind = 1',
  ],
  [
    'a CTE',
    'with mine as (select id, owner o from posts) select * from mine where o = $1',
    'on public.posts using btree (owner)',
  ],
  ['a view', 'select * from live_posts where author = $1', 'on public.posts using btree (owner)'],
  ['a delete', 'delete from posts where owner = $1', 'on public.posts using btree (owner)'],
])('%s makes its candidate', (_, sql, body) => {
  expect(bodiesOf(sql)).toContain(body)
})

test('a value looked for in a list column makes no candidate', () => {
  expect(bodiesOf('select * from posts where $1 = any(tags)')).toEqual([])
})

test('what is no single statement on tables is refused', () => {
  expect(() => readUses('vacuum posts', catalog)).toThrow('it is not one SELECT')
  expect(() => readUses('select 1; select 2', catalog)).toThrow('it is not one SELECT')
})
