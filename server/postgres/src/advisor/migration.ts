import { createHash } from 'node:crypto'
import { formatBytes, formatDuration } from '@hotpath/core'
import { indexBody, indexName, indexSql, type IndexSpec } from './index-spec.ts'
import { quoted } from './table-use.ts'

export interface MigrationIndex {
  spec: IndexSpec
  /** Weighted milliseconds saved. */
  gainMs: number
  sizeBytes: number
  /** Partitions of the table, `schema.name` as SQL, where it has some. */
  partitions: readonly string[]
}

/**
 * The migration: every index built without blocking writes, each in a statement of its own (CONCURRENTLY cannot run in
 * a transaction), none waiting longer than 5 s for a lock; and how to undo it.
 */
export function migrationSql(
  indexes: readonly MigrationIndex[],
  { beforeMs, afterMs }: { beforeMs: number; afterMs: number },
): string {
  const needs = [...new Set(indexes.flatMap(({ spec }) => spec.needs ?? []))]
  return [
    `-- Indexes proved on a clone: the workload went from ${formatDuration(beforeMs)} to ${formatDuration(afterMs)}.`,
    '-- Run outside a transaction: psql -f this-file.sql',
    "set lock_timeout = '5s';",
    'set statement_timeout = 0;',
    ...needs.map((name) => `create extension if not exists ${name};`),
    ...indexes.flatMap(({ spec, gainMs, sizeBytes, partitions }) => [
      '',
      `-- Saves ${formatDuration(gainMs)} of the workload, takes ${formatBytes(sizeBytes)}.`,
      ...(spec.table.partitioned
        ? partitioned(spec, partitions)
        : [`create index concurrently if not exists ${quoted(indexName(spec))} ${indexBody(spec)};`]),
    ]),
    '',
    'reset lock_timeout;',
    'reset statement_timeout;',
    '',
    '-- Rollback (also after a build that failed: it leaves an invalid index of the same name):',
    ...indexes.map(
      ({ spec }) =>
        `-- drop index ${spec.table.partitioned ? '' : 'concurrently '}if exists ${indexSql(spec)};`,
    ),
    '',
  ].join('\n')
}

/** A partitioned table's index cannot be built concurrently: its partitions' are, and then they are attached. */
function partitioned(spec: IndexSpec, partitions: readonly string[]): string[] {
  const name = indexName(spec)
  const parent = `create index if not exists ${quoted(name)} ${indexBody(spec).replace('on ', 'on only ')};`
  const parts = partitions.flatMap((partition) => {
    const digest = createHash('sha256').update(partition).digest('hex').slice(0, 8)
    const own = quoted(`${name.slice(0, 54)}_${digest}`)
    const schema = /^("(?:[^"]|"")+"|[^.]+)\./.exec(partition)![1]!
    return [
      `create index concurrently if not exists ${own} ${indexBody(spec).replace(spec.table.sql, partition)};`,
      `alter index ${indexSql(spec)} attach partition ${schema}.${own};`,
    ]
  })
  return [parent, ...parts]
}
