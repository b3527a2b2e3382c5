import { quoted, type TableUse } from './table-use.ts'

/** A node of libpg-query's tree: one name, one content. */
export type Node = Record<string, any>

/** A column of a table's occurrence. */
export interface ColumnOf {
  use: TableUse
  column: string
}

/** A relation in FROM: a table, or what a subquery, view or CTE puts out. */
export interface Relation {
  alias: string
  column(name: string): ColumnOf | undefined
  /** The occurrences that `*` stands for. */
  uses: TableUse[]
}

/** The names that can be seen from a place in the statement. */
export interface Scope {
  relations: Relation[]
  ctes: Map<string, Map<string, ColumnOf>>
  parent: Scope | undefined
}

/** What a ColumnRef names; undefined for what is computed, or unknown. */
export function columnOf(node: Node, scope: Scope): ColumnOf | undefined {
  const fields: unknown[] = (node['fields'] as Node[]).map((field) => field['String']?.sval)
  const name = fields.at(-1)
  if (typeof name !== 'string') return undefined
  const alias = fields.at(-2)
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    for (const relation of at.relations) {
      if (alias !== undefined && relation.alias !== alias) continue
      const found = relation.column(name)
      if (found) return found
    }
  }
  return undefined
}

/** Every node inside `node` with its type's name, `node` included; subqueries are reported and not entered. */
export function* nodesIn(node: unknown): Generator<[string, Node]> {
  if (Array.isArray(node)) {
    for (const one of node) yield* nodesIn(one)
    return
  }
  if (typeof node !== 'object' || node === null) return
  for (const [name, content] of Object.entries(node)) {
    if (/^[A-Z]/.test(name)) yield [name, content as Node]
    if (name !== 'subselect') yield* nodesIn(content)
  }
}

/** A literal as SQL; undefined for anything that differs between calls. */
export function literalSql(node: Node | undefined): string | undefined {
  const constant = node?.['A_Const']
  if (constant) {
    if (constant.isnull) return undefined
    if (constant.ival) return String(constant.ival.ival ?? 0)
    if (constant.fval) return constant.fval.fval
    if (constant.boolval) return constant.boolval.boolval ? 'true' : 'false'
    if (constant.sval) return `'${String(constant.sval.sval ?? '').replaceAll("'", "''")}'`
  }
  const cast = node?.['TypeCast']
  const value = cast && literalSql(cast.arg)
  return value === undefined ? undefined : `${value}::${typeSql(cast.typeName)}`
}

function typeSql(type: Node): string {
  const names = (type['names'] as Node[]).map((name) => String(name['String'].sval))
  return (names[0] === 'pg_catalog' ? names.slice(1) : names).map((name) => quoted(name)).join('.')
}

/** An index key over one occurrence of a table. */
export interface KeyOf {
  use: TableUse
  key: string
}

/** `node` as an index key: a column, or an expression over columns of one table; undefined where it cannot be one. */
export function keyOf(node: Node | undefined, scope: Scope): KeyOf | undefined {
  if (!node) return undefined
  if (node['ColumnRef']) {
    const found = columnOf(node['ColumnRef'], scope)
    return found && { use: found.use, key: quoted(found.column) }
  }
  const uses = new Set<TableUse>()
  const sql = expressionSql(node, (reference) => {
    const found = columnOf(reference, scope)
    if (found) uses.add(found.use)
    return found && quoted(found.column)
  })
  const [use, ...others] = uses
  return sql === undefined || !use || others.length > 0 ? undefined : { use, key: `(${sql})` }
}

/** The expressions that people index: functions of columns, casts, JSON members, arithmetic, coalesce. */
function expressionSql(node: Node, column: (reference: Node) => string | undefined): string | undefined {
  const nested = (one: Node): string | undefined => expressionSql(one, column)
  const all = (nodes: Node[] = []): string | undefined => {
    const parts = nodes.map(nested)
    return parts.includes(undefined) ? undefined : parts.join(', ')
  }
  if (node['ColumnRef']) return column(node['ColumnRef'])
  const call = node['FuncCall']
  if (call && !call.agg_star && !call.over && !call.agg_distinct) {
    const args = all(call.args)
    const name = (call.funcname as Node[]).map((part) => quoted(part['String'].sval)).join('.')
    return args === undefined ? undefined : `${name}(${args})`
  }
  const coalesce = node['CoalesceExpr'] && all(node['CoalesceExpr'].args)
  if (coalesce !== undefined) return `coalesce(${coalesce})`
  const cast = node['TypeCast']
  if (cast && !node['TypeCast'].arg['A_Const']) {
    const value = nested(cast.arg)
    return value === undefined ? undefined : `(${value})::${typeSql(cast.typeName)}`
  }
  const operation = node['A_Expr']
  if (operation?.kind === 'AEXPR_OP' && operation.lexpr && operation.name.length === 1) {
    const [left, right] = [nested(operation.lexpr), nested(operation.rexpr)]
    const operator = operation.name[0]['String'].sval
    return left === undefined || right === undefined ? undefined : `(${left} ${operator} ${right})`
  }
  return literalSql(node)
}
