import { keyOf, literalSql, type Node, type Scope } from './scope.ts'
import type { TableUse } from './table-use.ts'

/** What is known of the values a statement is called with: the first text given for a parameter. */
export type SampleText = (parameter: number) => string | undefined

const ranges = new Set(['<', '<=', '>', '>='])
const ginOperators = new Set(['@>', '<@', '&&', '?', '?|', '?&', '@@', '@?'])
const likeKinds = new Set(['AEXPR_LIKE', 'AEXPR_ILIKE'])

/** Notes in the uses what the condition compares; `sampleText` tells how a LIKE pattern begins. */
export function readCondition(
  node: Node | undefined,
  scope: Scope,
  { sampleText, arm = false }: { sampleText: SampleText; arm?: boolean },
): void {
  if (!node) return
  const bool = node['BoolExpr']
  if (bool?.boolop === 'AND_EXPR' || bool?.boolop === 'OR_EXPR') {
    const within = arm || bool.boolop === 'OR_EXPR'
    for (const one of bool.args) readCondition(one, scope, { sampleText, arm: within })
    return
  }
  if (bool) return readFlag(bool.args[0], scope, 'not ')
  if (node['ColumnRef']) return readFlag(node, scope, '')
  if (node['NullTest']) return readNullTest(node['NullTest'], scope, arm)
  if (node['BooleanTest']) return readFlagTest(node['BooleanTest'], scope)
  if (node['A_Expr']) readComparison(node['A_Expr'], scope, { sampleText, arm })
}

function readFlag(node: Node, scope: Scope, prefix: string): void {
  const found = node['ColumnRef'] && keyOf(node, scope)
  if (found) found.use.constants.set(`${prefix}${found.key}`, found.key)
}

const flagTests: Record<string, string> = {
  IS_TRUE: 'is true',
  IS_FALSE: 'is false',
  IS_NOT_TRUE: 'is not true',
  IS_NOT_FALSE: 'is not false',
}

function readFlagTest({ arg, booltesttype }: Node, scope: Scope): void {
  const test = flagTests[booltesttype]
  const found = keyOf(arg, scope)
  if (found && test !== undefined) found.use.constants.set(`${found.key} ${test}`, found.key)
}

function readNullTest(test: Node, scope: Scope, arm: boolean): void {
  const found = keyOf(test['arg'], scope)
  if (!found) return
  const isNull = test['nulltesttype'] === 'IS_NULL'
  if (arm) return void found.use.arms.add(found.key)
  found.use.constants.set(`${found.key} is ${isNull ? '' : 'not '}null`, found.key)
  if (isNull) found.use.equal.add(found.key)
}

function readComparison(
  comparison: Node,
  scope: Scope,
  { sampleText, arm }: { sampleText: SampleText; arm: boolean },
): void {
  const { kind, lexpr, rexpr } = comparison
  const operator: string = comparison['name']?.[0]?.String?.sval ?? ''
  const left = keyOf(lexpr, scope)
  const right = keyOf(rexpr, scope)
  if (kind === 'AEXPR_OP' && operator === '=' && left && right && left.use !== right.use) {
    left.use[arm ? 'arms' : 'joined'].add(left.key)
    right.use[arm ? 'arms' : 'joined'].add(right.key)
    return
  }
  const found = left ?? right
  // `$1 = any(tags)` is answered by reading every row, whatever there is on the list.
  if (!found || (left && right) || (!left && kind === 'AEXPR_OP_ANY')) return
  const { use, key } = found
  if (likeKinds.has(kind) || /^!?~/.test(operator)) {
    if (operator.startsWith('!')) return
    const fixed = kind === 'AEXPR_LIKE' && hasFixedBeginning(rexpr, sampleText)
    return void use[fixed ? 'prefixed' : 'searched'].add(key)
  }
  const role = roleOf(kind, operator)
  if (role === undefined) {
    const value = operator === '<>' && left ? literalSql(rexpr) : undefined
    if (value !== undefined && !arm) use.constants.set(`${key} <> ${value}`, key)
    return
  }
  use[arm && role !== 'contained' ? 'arms' : role].add(key)
  const value = role === 'equal' && kind === 'AEXPR_OP' ? literalSql(left ? rexpr : lexpr) : undefined
  if (value !== undefined && !arm) use.constants.set(`${key} = ${value}`, key)
}

type Role = keyof Pick<TableUse, 'equal' | 'ranged' | 'contained'>

function roleOf(kind: string, operator: string): Role | undefined {
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') return 'ranged'
  if ((kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') && operator === '=') return 'equal'
  if (kind !== 'AEXPR_OP') return undefined
  if (operator === '=') return 'equal'
  if (ranges.has(operator)) return 'ranged'
  return ginOperators.has(operator) ? 'contained' : undefined
}

/** Whether a pattern begins with something that an ordered index can look up. */
function hasFixedBeginning(pattern: Node | undefined, sampleText: SampleText): boolean {
  const constant = pattern?.['A_Const']?.sval?.sval
  const parameter = pattern?.['ParamRef']?.number
  const joined = pattern?.['A_Expr'] ?? pattern?.['TypeCast']
  if (typeof constant === 'string') return !/^[%_]/.test(constant)
  if (typeof parameter === 'number') return !/^[%_]/.test(sampleText(parameter) ?? '%')
  return joined ? hasFixedBeginning(joined.lexpr ?? joined.arg, sampleText) : false
}
