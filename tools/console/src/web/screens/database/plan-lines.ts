import type { PlanNode } from '@hotpath/core'

/** One node of a plan as a line of text. */
export interface PlanLine {
  /** How far below the root. */
  depth: number
  /** `Seq Scan on questions`. */
  what: string
  /** Conditions, rows and cost, as far as they are known. */
  facts: string[]
  /** Reads a whole table: the first thing to look at. */
  isScan: boolean
}

const conditions = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'Sort Key',
  'Group Key',
]
const deepest = 30
const mostLines = 200

/** A plan of EXPLAIN (FORMAT JSON) as lines, the root first. Plans are data of a database: whatever is no text is left out. */
export function planLines(plan: PlanNode): PlanLine[] {
  const lines: PlanLine[] = []
  const visit = (node: PlanNode, depth: number): void => {
    if (depth > deepest || lines.length >= mostLines) return
    lines.push(lineOf(node, depth))
    for (const child of Array.isArray(node.Plans) ? node.Plans : []) visit(child as PlanNode, depth + 1)
  }
  visit(plan, 0)
  return lines
}

function lineOf(node: PlanNode, depth: number): PlanLine {
  const kind = textOf(node['Node Type']) || 'Node'
  const [table, index] = [textOf(node['Relation Name']), textOf(node['Index Name'])]
  const what = [kind, index && `using ${index}`, table && `on ${table}`].filter(Boolean).join(' ')
  const told = conditions.flatMap((name) => {
    const value = node[name]
    const text = Array.isArray(value) ? value.map(textOf).filter(Boolean).join(', ') : textOf(value)
    return text === '' ? [] : [`${name}: ${text}`]
  })
  return { depth, what, facts: [...told, ...figuresOf(node)], isScan: kind === 'Seq Scan' }
}

function figuresOf(node: PlanNode): string[] {
  const rows = numberOf(node['Actual Rows']) ?? numberOf(node['Plan Rows'])
  const ms = numberOf(node['Actual Total Time'])
  const cost = numberOf(node['Total Cost'])
  return [
    ...(rows === null ? [] : [`${rows.toLocaleString('en-US')} rows`]),
    ...(ms === null ? [] : [`${Number(ms.toPrecision(3))} ms`]),
    ...(cost === null ? [] : [`cost ${Math.round(cost).toLocaleString('en-US')}`]),
  ]
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
