import { createHash } from 'node:crypto'
import type { Table } from './catalog.ts'
import { quoted } from './table-use.ts'

/** An index that might be made. */
export interface IndexSpec {
  table: Table
  method: 'btree' | 'gin'
  /** Key parts with direction or operator class: `"score" desc`, `"title" gin_trgm_ops`. */
  keys: readonly string[]
  include: readonly string[]
  where: string | null
  /** An extension it needs. */
  needs: string | null
}

/** `idx_posts_owner_created`: the same index has the same name in every run; at most 63 bytes. */
export function indexName({ table, method, keys, include, where }: IndexSpec): string {
  const words = keys.map((key) => key.replaceAll(/[^\p{L}\p{N}_]+/gu, '_').replaceAll(/^_+|_+$/g, ''))
  const plain = `idx_${table.name}_${words.join('_')}`.toLowerCase()
  const odd =
    method !== 'btree' || include.length > 0 || where !== null || keys.some((key) => !/^"[^"]+"$/.test(key))
  const digest = createHash('sha256')
    .update(JSON.stringify([table.sql, method, keys, include, where]))
    .digest('hex')
  const long = Buffer.byteLength(plain) > 54
  return odd || long
    ? `${Buffer.from(plain)
        .subarray(0, 54)
        .toString()
        .replace(/\uFFFD/g, '')}_${digest.slice(0, 8)}`
    : plain
}

/** What follows CREATE INDEX and its name: `on public.posts using btree ("owner")`. */
export function indexBody({ table, method, keys, include, where }: IndexSpec): string {
  const covering = include.length > 0 ? ` include (${include.map(quoted).join(', ')})` : ''
  return `on ${table.sql} using ${method} (${keys.join(', ')})${covering}${where === null ? '' : ` where ${where}`}`
}

export const createSql = (spec: IndexSpec): string =>
  `CREATE INDEX ${quoted(indexName(spec))} ${indexBody(spec)}`

/** Its name with the schema that it will lie in. */
export const indexSql = (spec: IndexSpec): string => `${quoted(spec.table.schema)}.${quoted(indexName(spec))}`

/** Whether an index that exists serves everything that this one would. */
export function alreadyThere(spec: IndexSpec): string | undefined {
  const plain = spec.keys.map((key) => key.replaceAll('"', ''))
  if (spec.include.length > 0 || spec.where !== null || spec.method !== 'btree') return undefined
  return spec.table.indexes.find(
    ({ method, partial, keys }) =>
      method === 'btree' && !partial && plain.every((key, at) => keys[at]?.replaceAll('"', '') === key),
  )?.name
}
