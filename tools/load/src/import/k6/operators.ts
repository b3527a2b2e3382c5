import { ScriptError } from './evaluation.ts'

const longestText = 10_000_000

/** The value of `left operator right`. Script values are data, so that no code of an object is run by it. */
export function binary(operator: string, left: any, right: any): unknown {
  switch (operator) {
    case '+':
      return add(left, right)
    case '-':
      return plain(left) - plain(right)
    case '*':
      return plain(left) * plain(right)
    case '/':
      return plain(left) / plain(right)
    case '%':
      return plain(left) % plain(right)
    case '**':
      return plain(left) ** plain(right)
    case '===':
      return left === right
    case '!==':
      return left !== right
    case '==':
      return isObject(left) || isObject(right) ? left === right : left == right
    case '!=':
      return isObject(left) || isObject(right) ? left !== right : left != right
    case '<':
      return comparable(left) < comparable(right)
    case '<=':
      return comparable(left) <= comparable(right)
    case '>':
      return comparable(left) > comparable(right)
    case '>=':
      return comparable(left) >= comparable(right)
    default:
      return bitwise(operator, plain(left), plain(right))
  }
}

function bitwise(operator: string, left: number, right: number): unknown {
  switch (operator) {
    case '&':
      return left & right
    case '|':
      return left | right
    case '^':
      return left ^ right
    case '<<':
      return left << right
    case '>>':
      return left >> right
    case '>>>':
      return left >>> right
    default:
      throw new ScriptError(`the operator ${operator} is not known`)
  }
}

/** A value as text, as `String(value)` gives it for data. */
export function toText(value: unknown): string {
  if (typeof value === 'function') return '[function]'
  if (Array.isArray(value)) {
    return value.map((item) => (item === null || item === undefined ? '' : toText(item))).join(',')
  }
  if (value instanceof Date) return value.toISOString()
  if (value instanceof RegExp) return value.source
  return isObject(value) ? '[object Object]' : String(value)
}

function add(left: unknown, right: unknown): unknown {
  if (isNumeric(left) && isNumeric(right)) return Number(left) + Number(right)
  const text = toText(left) + toText(right)
  if (text.length > longestText) throw new ScriptError('a text grew beyond 10 MB')
  return text
}

function isNumeric(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean'
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** A number, as arithmetic takes a value. */
function plain(value: unknown): number {
  if (value instanceof Date) return value.getTime()
  return isObject(value) ? Number(toText(value)) : Number(value)
}

function comparable(value: unknown): any {
  if (value instanceof Date) return value.getTime()
  return isObject(value) ? toText(value) : value
}

/** Whether `left && right` and the like come to their right side. */
export const takesRight = (operator: string, value: unknown) =>
  operator === '&&' ? Boolean(value) : operator === '||' ? !value : value === null || value === undefined
