import { formatBytes } from '@hotpath/core'
import type { IndexRow } from '../catalog/indexes.ts'
import { type Finding, qualified } from '../finding.ts'

/** Indexes whose work another index of the same table does as well. */
export function duplicateIndexes(indexes: readonly IndexRow[]): Finding[] {
  const byTable = Map.groupBy(
    indexes.filter(({ valid }) => valid),
    ({ schema, table }) => `${schema}.${table}`,
  )
  return [...byTable.values()].flatMap((siblings) =>
    siblings.flatMap((index) => {
      const better = siblings.find((other) => replaces(other, index))
      return better ? [finding(index, better)] : []
    }),
  )
}

function replaces(other: IndexRow, index: IndexRow): boolean {
  if (other === index || index.needed || index.attached) return false
  if (other.method !== index.method || other.condition !== index.condition) return false
  if (other.expressions !== index.expressions) return false
  const isSame = other.keys.join() === index.keys.join()
  // What is unique says more than what is not; and of two that are the same, one has to stay.
  if (isSame) {
    if (index.unique && !other.unique) return false
    if (!carries(other, index)) return false
    const isMutual =
      !other.needed && !other.attached && other.unique === index.unique && carries(index, other)
    return !isMutual || other.name < index.name
  }
  const begins = index.keys.every((key, place) => other.keys[place] === key)
  return (
    index.method === 'btree' && begins && !index.unique && index.expressions === '' && carries(other, index)
  )
}

const carries = (other: IndexRow, { included }: IndexRow) => {
  const held = new Set([...other.included, ...other.keys.map((key) => key.slice(0, key.indexOf(':')))])
  return included.every((column) => held.has(column))
}

function finding(index: IndexRow, better: IndexRow): Finding {
  return {
    rule: 'duplicate-index',
    severity: 'warning',
    subject: qualified(index),
    evidence: `${better.name} begins with the same columns of ${index.table}; this one takes ${formatBytes(index.bytes)} and part of every write.`,
    statement: `drop index concurrently ${qualified(index)}`,
  }
}
