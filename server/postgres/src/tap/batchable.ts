/** A condition `column = $n` of a SELECT, which could take a list of values instead. */
export interface Batchable {
  /** The `n` of `$n`. */
  readonly parameter: number
  /** As it is written: `id`, `questions.id`. */
  readonly column: string
  /** The column is not among those that are returned. */
  readonly columnMissing: boolean
  /** Rows of one value belong together (LIMIT, GROUP BY, aggregates), in this table; null where they do not. */
  readonly each: { readonly table: string } | null
}

type Node = Readonly<Record<string, any>>

const aggregates = /"sval":"(count|sum|avg|min|max|array_agg|string_agg|jsonb?_agg|bool_and|bool_or|every)"/

/** The conditions of a statement that could take lists. Statements that combine SELECTs have none. */
export function batchableOf(tree: unknown): Batchable[] {
  const { stmts = [] } = tree as { stmts?: { stmt: Node }[] }
  const select = stmts.length === 1 ? (stmts[0]!.stmt['SelectStmt'] as Node | undefined) : undefined
  if (!select || select['op'] !== 'SETOP_NONE' || !select['whereClause']) return []
  const targets = (select['targetList'] ?? []) as Node[]
  const belongTogether =
    ['limitCount', 'limitOffset', 'groupClause', 'distinctClause', 'havingClause'].some(
      (name) => name in select,
    ) || aggregates.test(JSON.stringify(targets))
  const from = (select['fromClause'] ?? []) as Node[]
  const table = from.length === 1 ? tableName(from[0]!['RangeVar'] as Node | undefined) : undefined
  if (belongTogether && table === undefined) return []
  return conjuncts(select['whereClause'] as Node).flatMap((condition) => {
    const equality = equalityOf(condition)
    if (!equality) return []
    const columnMissing = !targets.some((target) => returns(target, equality.column))
    return [{ ...equality, columnMissing, each: belongTogether ? { table: table! } : null }]
  })
}

function conjuncts(node: Node): Node[] {
  const expression = node['BoolExpr'] as Node | undefined
  if (expression?.['boolop'] !== 'AND_EXPR') return [node]
  return (expression['args'] as Node[]).flatMap(conjuncts)
}

function equalityOf({ A_Expr: expression }: Node): Pick<Batchable, 'parameter' | 'column'> | undefined {
  if (expression?.kind !== 'AEXPR_OP' || expression.name?.[0]?.String?.sval !== '=') return undefined
  const column = columnOf(expression.lexpr?.ColumnRef)
  const parameter = expression.rexpr?.ParamRef?.number as number | undefined
  return column === undefined || parameter === undefined ? undefined : { column, parameter }
}

function columnOf(reference: Node | undefined): string | undefined {
  const parts = (reference?.['fields'] ?? []) as { String?: { sval: string } }[]
  if (parts.length === 0 || parts.some((part) => !part.String)) return undefined
  return parts.map((part) => quoted(part.String!.sval)).join('.')
}

function returns({ ResTarget: target }: Node, column: string): boolean {
  const fields = (target?.val?.ColumnRef?.fields ?? []) as Node[]
  if (fields.some((field) => 'A_Star' in field)) return true
  const returned = columnOf(target?.val?.ColumnRef as Node | undefined)
  return returned !== undefined && returned.split('.').at(-1) === column.split('.').at(-1)
}

function tableName(range: Node | undefined): string | undefined {
  if (!range) return undefined
  const { schemaname, relname, alias } = range
  const name = schemaname
    ? `${quoted(schemaname as string)}.${quoted(relname as string)}`
    : quoted(relname as string)
  return alias ? `${name} as ${quoted(alias.aliasname as string)}` : name
}

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
