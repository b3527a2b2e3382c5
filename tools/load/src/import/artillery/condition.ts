import { lookUp, type Scope, textOf } from './template.ts'

const comparison = /^\s*(!?)\s*([\w.$[\]]+)\s*(?:(===?|!==?|<=?|>=?)\s*(.+?))?\s*$/

/**
 * `ifTrue`: a variable that is set, or one comparison of a variable with a number, a text or another variable. Other
 * expressions are JavaScript, which is not run: null.
 */
export function compileCondition(text: unknown): ((scope: Scope) => boolean) | null {
  const [, not, name, operator, right] = comparison.exec(String(text)) ?? []
  if (name === undefined || (not !== '' && operator !== undefined)) return null
  if (operator === undefined) return ({ variables }) => Boolean(lookUp(variables, name)) !== (not === '!')
  return ({ variables }) => compare(lookUp(variables, name), operator, operandOf(right!, variables))
}

function operandOf(text: string, variables: Record<string, unknown>): unknown {
  const [, , quoted] = /^(['"])(.*)\1$/s.exec(text) ?? []
  if (quoted !== undefined) return quoted
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isNaN(Number(text)) ? lookUp(variables, text) : Number(text)
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator.startsWith('=')) return textOf(left) === textOf(right)
  if (operator.startsWith('!')) return textOf(left) !== textOf(right)
  const [a, b] = [Number(left), Number(right)]
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}
