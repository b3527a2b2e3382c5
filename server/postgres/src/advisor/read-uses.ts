import { parseSync } from 'libpg-query'
import type { Catalog } from './catalog.ts'
import { readCondition, type SampleText } from './predicates.ts'
import { type ColumnOf, columnOf, keyOf, type Node, nodesIn, type Relation, type Scope } from './scope.ts'
import { emptyUse, type TableUse } from './table-use.ts'

/** What the advisor knows of a statement's text. */
export interface StatementUses {
  uses: TableUse[]
  /** The table it writes, `schema.name` as SQL. */
  writes: string | null
}

type Outputs = Map<string, ColumnOf>

/**
 * How `sql` uses each table: through CTEs, subqueries, views and joins, down to the columns. libpg-query must have
 * been loaded.
 * @throws Error of the parser; Error when the text is not one SELECT, INSERT, UPDATE, DELETE or MERGE
 */
export function readUses(
  sql: string,
  catalog: Catalog,
  sampleText: SampleText = () => undefined,
): StatementUses {
  const statements = parseSync(sql).stmts as { stmt: Node }[]
  const [kind, content] = Object.entries(statements[0]?.stmt ?? {})[0] ?? []
  if (statements.length !== 1 || !/^(Select|Insert|Update|Delete|Merge)Stmt$/.test(kind ?? ''))
    throw new Error('it is not one SELECT, INSERT, UPDATE, DELETE or MERGE')
  const reader = createReader(catalog, sampleText)
  const scope: Scope = { relations: [], ctes: new Map(), parent: undefined }
  if (kind === 'SelectStmt') reader.select(content as Node, scope)
  else reader.write(content as Node, scope)
  const relation = (content as Node)['relation']
  const target = relation && catalog.table(relation.relname, relation.schemaname)
  return { uses: reader.uses, writes: target?.sql ?? null }
}

function createReader(catalog: Catalog, sampleText: SampleText) {
  const uses: TableUse[] = []
  const viewsOpen = new Set<string>()

  function select(node: Node, parent: Scope): Outputs {
    const scope: Scope = { relations: [], ctes: new Map(), parent }
    readCtes(node, scope)
    if (node['larg'] && node['rarg']) {
      const outputs = select(node['larg'], scope)
      select(node['rarg'], scope)
      return outputs
    }
    for (const from of node['fromClause'] ?? []) readFrom(from, scope)
    readInside([node['targetList'], node['whereClause'], node['havingClause'], node['groupClause']], scope)
    readInside([node['sortClause'], node['limitCount'], node['distinctClause'], node['windowClause']], scope)
    readCondition(node['whereClause'], scope, { sampleText })
    readSublinks(node['whereClause'], scope)
    const outputs = outputsOf(node['targetList'] ?? [], scope)
    readOrder(node, { scope, outputs })
    return outputs
  }

  function write(node: Node, scope: Scope): void {
    readCtes(node, scope)
    if (node['relation'] && node['cols'] === undefined) readFrom({ RangeVar: node['relation'] }, scope)
    for (const from of [...(node['fromClause'] ?? []), ...(node['usingClause'] ?? [])]) readFrom(from, scope)
    if (node['sourceRelation']) readFrom(node['sourceRelation'], scope)
    const source = node['selectStmt']?.SelectStmt
    if (source && !source.valuesLists) select(source, scope)
    const condition = node['whereClause'] ?? node['joinCondition']
    readInside([node['targetList'], condition], scope)
    readCondition(condition, scope, { sampleText })
    readSublinks(condition, scope)
    // A row that is written is read whole.
    for (const { uses: written } of scope.relations) for (const use of written) use.wanted = null
  }

  function readCtes(node: Node, scope: Scope): void {
    for (const { CommonTableExpr: cte } of node['withClause']?.ctes ?? []) {
      const [kind, query] = Object.entries(cte.ctequery)[0] as [string, Node]
      if (kind === 'SelectStmt') scope.ctes.set(cte.ctename, select(query, scope))
      else {
        scope.ctes.set(cte.ctename, new Map())
        write(query, { relations: [], ctes: new Map(), parent: scope })
      }
    }
  }

  function readFrom(node: Node, scope: Scope): void {
    const { RangeVar: named, RangeSubselect: sub, JoinExpr: join } = node
    if (named) scope.relations.push(relationOf(named, scope))
    if (sub) {
      const outputs = select(sub.subquery.SelectStmt, sub.lateral ? scope : { ...scope, relations: [] })
      scope.relations.push(derived(sub.alias?.aliasname ?? '', outputs))
    }
    if (!join) return
    readFrom(join.larg, scope)
    const before = scope.relations.length
    readFrom(join.rarg, scope)
    readInside([join.quals], scope)
    readCondition(join.quals, scope, { sampleText })
    for (const { String: column } of join.usingClause ?? []) {
      const left = scope.relations.slice(0, before).flatMap((one) => one.column(column.sval) ?? [])[0]
      const right = scope.relations.slice(before).flatMap((one) => one.column(column.sval) ?? [])[0]
      for (const one of [left, right]) if (one) noteJoin(one)
    }
  }

  function relationOf(named: Node, scope: Scope): Relation {
    const alias: string = named['alias']?.aliasname ?? named['relname']
    if (!named['schemaname']) {
      for (let at: Scope | undefined = scope; at; at = at.parent) {
        const outputs = at.ctes.get(named['relname'])
        if (outputs) return derived(alias, outputs)
      }
    }
    const table = catalog.table(named['relname'], named['schemaname'])
    if (table) {
      const use = emptyUse(table)
      uses.push(use)
      const column = (name: string) => (table.columns.has(name) ? { use, column: name } : undefined)
      return { alias, column, uses: [use] }
    }
    const view = catalog.view(named['relname'], named['schemaname'])
    if (view === undefined || viewsOpen.has(view)) return derived(alias, new Map())
    viewsOpen.add(view)
    const statement = (parseSync(view).stmts as { stmt: Node }[])[0]!.stmt['SelectStmt']
    const outputs = select(statement, { relations: [], ctes: new Map(), parent: undefined })
    viewsOpen.delete(view)
    return derived(alias, outputs)
  }

  /** Columns that are read, and subqueries wherever they stand. */
  function readInside(nodes: unknown[], scope: Scope): void {
    for (const [name, node] of nodesIn(nodes)) {
      if (name === 'ColumnRef') noteRead(node, scope)
      if (name === 'FuncCall') noteExtreme(node, scope)
      if (name === 'SubLink' && !inner.has(node)) inner.set(node, select(node['subselect'].SelectStmt, scope))
    }
  }
  const inner = new Map<Node, Outputs>()

  /** `x in (select y …)` is a join of x and y. */
  function readSublinks(condition: unknown, scope: Scope): void {
    for (const [name, node] of nodesIn([condition])) {
      if (name !== 'SubLink' || node['subLinkType'] !== 'ANY_SUBLINK') continue
      const outer = keyOf(node['testexpr'], scope)
      outer?.use.joined.add(outer.key)
      const [first] = inner.get(node)?.values() ?? []
      if (first) noteJoin(first)
    }
  }

  return { uses, select, write }
}

/** `max(score)` is the last entry of an index in that order. */
function noteExtreme(call: Node, scope: Scope): void {
  const [argument, ...others] = (call['args'] ?? []) as Node[]
  if (!/^(min|max)$/.test(call['funcname'].at(-1).String.sval) || others.length > 0) return
  const found = keyOf(argument, scope)
  found?.use.ranged.add(found.key)
}

const noteJoin = ({ use, column }: ColumnOf): void => void use.joined.add(`"${column.replaceAll('"', '""')}"`)

function noteRead(reference: Node, scope: Scope): void {
  const last = (reference['fields'] as Node[]).at(-1)!
  if (last['A_Star']) {
    const alias = (reference['fields'] as Node[]).at(-2)?.['String']?.sval
    for (const relation of scope.relations)
      if (alias === undefined || relation.alias === alias) for (const use of relation.uses) use.wanted = null
    return
  }
  const found = columnOf(reference, scope)
  found?.use.wanted?.add(found.column)
}

function derived(alias: string, outputs: Outputs): Relation {
  return {
    alias,
    column: (name) => outputs.get(name),
    uses: [...new Set([...outputs.values()].map(({ use }) => use))],
  }
}

function outputsOf(targets: Node[], scope: Scope): Outputs {
  const outputs: Outputs = new Map()
  for (const { ResTarget: target } of targets) {
    const reference = target.val?.ColumnRef
    if (!reference) continue
    const last = (reference.fields as Node[]).at(-1)!
    if (last['A_Star']) {
      for (const { uses } of scope.relations)
        for (const use of uses)
          for (const column of use.table.columns.keys()) outputs.set(column, { use, column })
      continue
    }
    const found = columnOf(reference, scope)
    if (found) outputs.set(target.name ?? last['String'].sval, found)
  }
  return outputs
}

function readOrder(node: Node, { scope, outputs }: { scope: Scope; outputs: Outputs }): void {
  const targets: Node[] = node['targetList'] ?? []
  const keyFor = (given: Node) => {
    const position = given['A_Const']?.ival?.ival
    const target = position === undefined ? given : targets[position - 1]?.['ResTarget']?.val
    const found = keyOf(target, scope)
    if (found || !given['ColumnRef']) return found
    const output = outputs.get(given['ColumnRef'].fields.at(-1).String?.sval)
    return output && { use: output.use, key: `"${output.column.replaceAll('"', '""')}"` }
  }
  for (const given of [...(node['groupClause'] ?? []), ...(node['distinctClause'] ?? [])]) {
    const found = keyFor(given)
    found?.use.grouped.add(found.key)
  }
  const order = (node['sortClause'] ?? []).map(({ SortBy: by }: Node) => ({
    by: by as Node,
    found: keyFor(by['node']),
  }))
  const use = order[0]?.found?.use
  for (const { by, found } of order) {
    // What follows a key of another table cannot be read in order from this one's index.
    if (!found || found.use !== use) return
    const nulls =
      by['sortby_nulls'] === 'SORTBY_NULLS_FIRST'
        ? 'first'
        : by['sortby_nulls'] === 'SORTBY_NULLS_LAST'
          ? 'last'
          : 'default'
    use.order.push({ key: found.key, descending: by['sortby_dir'] === 'SORTBY_DESC', nulls })
  }
}
