/**
 * The values of a statement as part of a key: different values never make the same text. Undefined for values that
 * have no such text (objects with behaviour of their own).
 */
export function valuesKey(values: readonly unknown[]): string | undefined {
  let text = ''
  for (const value of values) {
    const one = valueKey(value)
    if (one === undefined) return undefined
    text += `,${one}`
  }
  return text
}

function valueKey(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
    case 'boolean':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'undefined':
      return 'null'
    case 'object':
      return objectKey(value)
    default:
      return undefined
  }
}

function objectKey(value: object | null): string | undefined {
  if (value === null) return 'null'
  if (value instanceof Date) return `d${value.getTime()}`
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`
  if (!Array.isArray(value)) return undefined
  const inner = valuesKey(value)
  return inner === undefined ? undefined : `[${inner}]`
}
