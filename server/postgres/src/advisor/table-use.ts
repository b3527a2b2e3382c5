import type { Table } from './catalog.ts'

/** One part of an index key, as SQL: a quoted column, or an expression in parentheses. */
export type Key = string

/** How a statement uses one occurrence of a table. Sets keep the order of the statement. */
export interface TableUse {
  table: Table
  /** Compared for equality with a value, a list of values or NULL. */
  equal: Set<Key>
  /** Compared for equality with another table. */
  joined: Set<Key>
  /** Compared by order with a value. */
  ranged: Set<Key>
  /** Compared in one arm of an OR. */
  arms: Set<Key>
  /** LIKE with a fixed beginning. */
  prefixed: Set<Key>
  /** Text searched in the middle, or whatever its case. */
  searched: Set<Key>
  /** Compared by an operator that GIN serves: containment, overlap, full text. */
  contained: Set<Key>
  /** Conditions that hold in every call: `"deleted_at" IS NULL`, with the key they speak of. */
  constants: Map<string, Key>
  order: { key: Key; descending: boolean; nulls: 'first' | 'last' | 'default' }[]
  grouped: Set<Key>
  /** Columns read anywhere in the statement; null when all are. */
  wanted: Set<string> | null
}

export function emptyUse(table: Table): TableUse {
  return {
    table,
    equal: new Set(),
    joined: new Set(),
    ranged: new Set(),
    arms: new Set(),
    prefixed: new Set(),
    searched: new Set(),
    contained: new Set(),
    constants: new Map(),
    order: [],
    grouped: new Set(),
    wanted: new Set(),
  }
}

/** A name as SQL writes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
