/** A value of JSON as TypeScript source. */
export function literal(value: unknown, indent = 0): string {
  if (Array.isArray(value)) {
    return list(
      '[]',
      value.map((one) => literal(one, indent + 2)),
      indent,
    )
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).flatMap(([name, field]) =>
      field === undefined ? [] : [`${keyOf(name)}: ${literal(field, indent + 2)}`],
    )
    return list('{}', fields, indent)
  }
  return typeof value === 'string' ? quote(value) : (JSON.stringify(value) ?? 'undefined')
}

const widest = 80

function list(brackets: '[]' | '{}', items: readonly string[], indent: number): string {
  const [open, close] = brackets as unknown as [string, string]
  if (items.length === 0) return open + close
  const line = `${open} ${items.join(', ')} ${close}`
  if (line.length <= widest && !line.includes('\n')) return open === '[' ? `[${items.join(', ')}]` : line
  const space = ' '.repeat(indent)
  return [open, ...items.map((item) => `${space}  ${item},`), space + close].join('\n')
}

function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}

/** A name as the key of an object: `__proto__: x` would set its prototype. */
export function keyOf(name: string): string {
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}
