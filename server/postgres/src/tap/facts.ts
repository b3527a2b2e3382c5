import { batchableOf, type Batchable } from './batchable.ts'

/** What a statement does, as far as its text tells. */
export type StatementKind =
  /** Reads only, and takes no locks. */
  | 'read'
  /** Changes data, takes row locks, or calls a function that is known to change something. */
  | 'write'
  | 'transaction'
  /** SET, LISTEN, DEALLOCATE and the like: it changes its session alone. */
  | 'session'
  /** Changes tables, indexes, roles. */
  | 'schema'
  /** The parser cannot read it. */
  | 'unknown'

/** What the parser says of a statement. */
export interface StatementFacts {
  /** The same for statements that differ in their values, in the names of their parameters or in the length of a list. */
  readonly fingerprint: string
  /** The text with its literals replaced by parameters: no values in it. */
  readonly sql: string
  /** Of several statements in one text, the one that matters most. */
  readonly kind: StatementKind
  /** Every table that it names, with its schema where that is written; sorted. */
  readonly tables: readonly string[]
  /** Those it changes; sorted. */
  readonly written: readonly string[]
  /** The functions it calls, which may do more than the text tells; sorted. */
  readonly functions: readonly string[]
  /** Conditions that could take a list of values. */
  readonly batchable: readonly Batchable[]
}

type Node = Readonly<Record<string, unknown>>

/** Functions of PostgreSQL that change something though they stand in a SELECT. */
const changing =
  /^(nextval|setval|set_config|pg_notify|pg_cancel_backend|pg_terminate_backend|pg_reload_conf|pg_switch_wal|pg_promote|pg_stat_reset\w*|pg_(try_)?advisory_\w+|pg_create_\w+|pg_drop_\w+|pg_logical_\w+|pg_replication_\w+|lo_\w+|loread|lowrite|dblink\w*|txid_current|pg_current_xact_id|query_to_xml\w*)$/

const kindsByWeight: readonly StatementKind[] = [
  'unknown',
  'session',
  'transaction',
  'read',
  'write',
  'schema',
]

interface Found {
  kind: StatementKind
  tables: Set<string>
  written: Set<string>
  functions: Set<string>
}

/** Reads a parse tree of libpg-query: what the statement touches, and how. */
export function readTree(tree: unknown): Omit<StatementFacts, 'fingerprint' | 'sql'> {
  const found: Found = { kind: 'unknown', tables: new Set(), written: new Set(), functions: new Set() }
  for (const { stmt } of (tree as { stmts?: { stmt: Node }[] }).stmts ?? []) {
    raise(found, kindOf(stmt))
    walk(stmt, new Set(), found)
  }
  const { kind, tables, written, functions } = found
  return {
    kind,
    tables: [...tables].sort(),
    written: [...written].sort(),
    functions: [...functions].sort(),
    batchable: batchableOf(tree),
  }
}

function raise(found: Found, kind: StatementKind): void {
  if (kindsByWeight.indexOf(kind) > kindsByWeight.indexOf(found.kind)) found.kind = kind
}

const kindOfNode: Record<string, StatementKind> = {
  SelectStmt: 'read',
  VariableShowStmt: 'read',
  InsertStmt: 'write',
  UpdateStmt: 'write',
  DeleteStmt: 'write',
  MergeStmt: 'write',
  TruncateStmt: 'write',
  CallStmt: 'write',
  DoStmt: 'write',
  ExecuteStmt: 'write',
  LockStmt: 'write',
  NotifyStmt: 'write',
  TransactionStmt: 'transaction',
  VariableSetStmt: 'session',
  DiscardStmt: 'session',
  ListenStmt: 'session',
  UnlistenStmt: 'session',
  PrepareStmt: 'session',
  DeallocateStmt: 'session',
  DeclareCursorStmt: 'session',
  FetchStmt: 'session',
  ClosePortalStmt: 'session',
}

function kindOf(stmt: Node): StatementKind {
  const [name = '', body] = Object.entries(stmt)[0] ?? []
  const node = body as Node
  if (name === 'ExplainStmt') return isAnalyzed(node) ? kindOf(node['query'] as Node) : 'read'
  if (name === 'CopyStmt') return node['is_from'] === true ? 'write' : 'read'
  return kindOfNode[name] ?? 'schema'
}

const isAnalyzed = ({ options }: Node) => /"defname":"analyze"/.test(JSON.stringify(options ?? []))

/** `ctes` are the names that a WITH gives: they are no tables, but for the statement that defines them. */
function walk(value: unknown, ctes: ReadonlySet<string>, found: Found): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach((one) => walk(one, ctes, found))
  const node = value as Node
  if (typeof node['relname'] === 'string') return addTable(node, ctes, found.tables)
  const inner = withNames(node, ctes, found)
  for (const [name, child] of Object.entries(node)) {
    if (name === 'withClause') continue
    note(name, child, found)
    walk(child, inner, found)
  }
}

function withNames(node: Node, ctes: ReadonlySet<string>, found: Found): ReadonlySet<string> {
  const clause = node['withClause'] as { recursive?: boolean; ctes?: { CommonTableExpr: Node }[] } | undefined
  if (!clause?.ctes) return ctes
  const names = clause.ctes.map(({ CommonTableExpr }) => String(CommonTableExpr['ctename']))
  const seen = new Set(ctes)
  if (clause.recursive) for (const name of names) seen.add(name)
  for (const { CommonTableExpr } of clause.ctes) {
    const query = CommonTableExpr['ctequery'] as Node
    raise(found, kindOf(query))
    walk(query, new Set(seen), found)
    seen.add(String(CommonTableExpr['ctename']))
  }
  return seen
}

const none: ReadonlySet<string> = new Set()

/** What a node means beyond the tables in it. */
function note(name: string, child: unknown, found: Found): void {
  const node = child as Node
  if (/^(Insert|Update|Delete|Merge)Stmt$/.test(name)) addTable(node['relation'], none, found.written)
  else if (name === 'TruncateStmt') {
    for (const one of (node['relations'] as Node[] | undefined) ?? [])
      addTable(one['RangeVar'], none, found.written)
  } else if (name === 'CopyStmt' && node['is_from'] === true) addTable(node['relation'], none, found.written)
  else if (name === 'intoClause' || name === 'lockingClause') raise(found, 'write')
  else if (name === 'FuncCall') addFunction(node, found)
}

function addFunction(node: Node, found: Found): void {
  const parts = (node['funcname'] as { String: { sval: string } }[]).map(({ String }) => String.sval)
  const name = parts.at(-1)!
  found.functions.add(parts.filter((part, index) => index > 0 || part !== 'pg_catalog').join('.'))
  if (changing.test(name)) raise(found, 'write')
}

function addTable(node: unknown, ctes: ReadonlySet<string>, to: Set<string>): void {
  const { schemaname, relname } = (node ?? {}) as { schemaname?: string; relname?: string }
  if (relname === undefined) return
  if (schemaname !== undefined) to.add(`${schemaname}.${relname}`)
  else if (!ctes.has(relname)) to.add(relname)
}
