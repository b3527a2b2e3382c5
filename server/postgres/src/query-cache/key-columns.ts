/** A parse tree's node, as libpg-query has it. */
type Node = Readonly<Record<string, any>>

/** One row's worth of a table: what a statement reads or writes of it is in rows with this value alone. */
export interface KeyUse {
  /** As the statement names it. */
  table: string
  column: string
  /** The number of the parameter, from 1. */
  parameter: number
}

/**
 * Where a statement is about the rows of one table with `column = $n` alone: a SELECT, UPDATE or DELETE of one table
 * whose condition holds that comparison as one of its AND parts. An UPDATE that sets the column is about other rows,
 * too. Null in every other case.
 */
export function keyUse(tree: unknown, columnOf: (table: string) => string | undefined): KeyUse | null {
  const statements = (tree as { stmts?: { stmt: Node }[] }).stmts ?? []
  if (statements.length !== 1) return null
  const [kind, body] = Object.entries(statements[0]!.stmt)[0] as [string, Node]
  const relation = targetOf(kind, body)
  if (!relation || hasOtherTables(body)) return null
  const table = relation['schemaname']
    ? `${relation['schemaname']}.${relation['relname']}`
    : String(relation['relname'])
  const column = columnOf(table)
  if (column === undefined || setsColumn(body, column)) return null
  const parameter = parameterFor(body['whereClause'], column)
  return parameter === null ? null : { table, column, parameter }
}

function targetOf(kind: string, body: Node): Node | null {
  if (kind === 'UpdateStmt' && !body['fromClause']) return body['relation'] as Node
  if (kind === 'DeleteStmt' && !body['usingClause']) return body['relation'] as Node
  if (kind !== 'SelectStmt' || body['op'] !== 'SETOP_NONE') return null
  const from = (body['fromClause'] ?? []) as Node[]
  return from.length === 1 ? ((from[0]!['RangeVar'] as Node | undefined) ?? null) : null
}

/** A subquery or a WITH may read whatever it likes. */
const hasOtherTables = (body: Node) => /"(SubLink|withClause|RangeSubselect)":/.test(JSON.stringify(body))

const setsColumn = (body: Node, column: string) =>
  ((body['targetList'] ?? []) as Node[]).some(
    ({ ResTarget: target }) => 'relation' in body && target?.name === column,
  )

function parameterFor(where: Node | undefined, column: string): number | null {
  if (!where) return null
  const bool = where['BoolExpr'] as Node | undefined
  if (bool?.['boolop'] === 'AND_EXPR') {
    for (const part of bool['args'] as Node[]) {
      const found = parameterFor(part, column)
      if (found !== null) return found
    }
    return null
  }
  const comparison = where['A_Expr'] as Node | undefined
  if (comparison?.['kind'] !== 'AEXPR_OP' || comparison['name']?.[0]?.String?.sval !== '=') return null
  const sides = [comparison['lexpr'], comparison['rexpr']] as Node[]
  const isColumn = (side: Node) => side?.['ColumnRef']?.fields?.at(-1)?.String?.sval === column
  const parameter = sides.find((side) => side?.['ParamRef'])?.['ParamRef'] as Node | undefined
  return parameter && sides.some(isColumn) ? Number(parameter['number']) : null
}
