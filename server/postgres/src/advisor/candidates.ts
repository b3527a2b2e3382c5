import type { Column } from './catalog.ts'
import { alreadyThere, indexBody, type IndexSpec } from './index-spec.ts'
import { type Key, quoted, type TableUse } from './table-use.ts'

/** More keys than these seldom pay for their width. */
const mostKeys = 4
const mostCovered = 4
/** Wider columns make a covering index as large as its table, in bytes. */
const widestCovered = 100

/** The indexes that could serve a use of a table, each once; those that exist already are left out. */
export function candidatesFor(use: TableUse): IndexSpec[] {
  const found = new Map<string, IndexSpec>()
  const add = (keys: readonly string[], extra: Partial<IndexSpec> = {}): void => {
    const unique = [...new Set(keys)].slice(0, mostKeys)
    if (unique.length === 0 || unique.some((key) => !indexable(use, key, extra.method))) return
    const spec: IndexSpec = {
      table: use.table,
      method: 'btree',
      include: [],
      where: null,
      needs: null,
      ...extra,
      keys: unique,
    }
    if (alreadyThere(spec) === undefined) found.set(indexBody(spec), spec)
  }
  const orders = keyOrders(use)
  for (const keys of orders) add(keys)
  for (const keys of orders) addCovering(use, keys, add)
  addPartial(use, orders, add)
  for (const key of use.prefixed) add([`${key} text_pattern_ops`])
  for (const key of use.searched) add([`${key} gin_trgm_ops`], { method: 'gin', needs: 'pg_trgm' })
  for (const key of use.contained) {
    add([key], { method: 'gin' })
    // Half as large and faster, but deaf to `?`: where it does not serve, no plan takes it.
    if (columnNamed(use.table.columns, key)?.type === 'jsonb')
      add([`${key} jsonb_path_ops`], { method: 'gin' })
  }
  return [...found.values()]
}

type Add = (keys: readonly string[], extra?: Partial<IndexSpec>) => void

/** Orders of key columns: equality first, the most selective leading; then one range, or the sort order. */
function keyOrders(use: TableUse): string[][] {
  const bySelectivity = (keys: Iterable<Key>): Key[] =>
    [...keys].sort((a, b) => distinctOf(use, b) - distinctOf(use, a))
  const equal = bySelectivity(use.equal)
  const joined = bySelectivity(use.joined)
  const ranged = [...use.ranged]
  const order = sortKeys(use)
  const orders: string[][] = [...equal, ...joined, ...ranged, ...use.arms].map((key) => [key])
  const tails = [...ranged.map((key) => [key]), order, [...use.grouped]].filter((keys) => keys.length > 0)
  const heads = [equal, ...joined.flatMap((key) => [[key], [...equal, key], [key, ...equal]]), []]
  for (const head of heads) {
    if (head.length > 0) orders.push(head)
    for (const tail of tails) orders.push([...head, ...tail])
  }
  for (const key of equal) for (const tail of tails) orders.push([key, ...tail])
  for (const key of ranged) if (order.length > 0) orders.push([...order, key])
  for (const key of use.arms) orders.push([...equal, key])
  if (joined.length > 1) orders.push(joined, joined.toReversed())
  return orders
}

/** The sort order as key parts; all ascending when a backward scan gives the same. */
function sortKeys({ order }: TableUse): string[] {
  const usual = order.every(
    ({ descending, nulls }) => nulls === 'default' || (nulls === 'first') === descending,
  )
  if (usual && order.every(({ descending }) => descending)) return order.map(({ key }) => key)
  return order.map(
    ({ key, descending, nulls }) =>
      `${key}${descending ? ' desc' : ''}${nulls === 'default' ? '' : ` nulls ${nulls}`}`,
  )
}

function addCovering(use: TableUse, keys: string[], add: Add): void {
  if (use.wanted === null) return
  const include = [...use.wanted].filter((name) => !keys.some((key) => key.includes(quoted(name))))
  const columns = include.flatMap((name) => use.table.columns.get(name) ?? [])
  if (include.length === 0 || include.length > mostCovered) return
  if (columns.every(({ width }) => width <= widestCovered)) add(keys, { include })
}

/** A condition that is the same in every call need not be a key: the index holds only the rows where it is true. */
function addPartial(use: TableUse, orders: string[][], add: Add): void {
  for (const [where, about] of use.constants) {
    const shorter = orders
      .map((keys) => keys.filter((key) => key !== about))
      .filter((keys) => keys.length > 0)
    for (const keys of shorter.length > 0 ? shorter : [[about]]) add(keys, { where })
  }
}

const withoutBtree = /^(json|xml|point|box|polygon|line|lseg|path|circle)$/

function indexable({ table }: TableUse, key: Key, method = 'btree'): boolean {
  const column = columnNamed(table.columns, key)
  return !column || method !== 'btree' || !withoutBtree.test(column.type)
}

function distinctOf({ table }: TableUse, key: Key): number {
  return columnNamed(table.columns, key)?.distinct ?? table.rows / 10
}

function columnNamed(columns: Map<string, Column>, key: Key): Column | undefined {
  const name = /^"((?:[^"]|"")+)"/.exec(key)?.[1]
  return name === undefined ? undefined : columns.get(name.replaceAll('""', '"'))
}
