/** What can be written: texts, numbers, lists and objects. */
export type Yaml = string | number | readonly Yaml[] | { readonly [name: string]: Yaml }

const plain = /^[A-Za-z_][\w:./-]*$/
const meaning = /^(true|false|yes|no|on|off|null|y|n)$/i

/** A document in block style. Texts that YAML could take for something else stand in quotes, as in JSON. */
export function writeYaml(value: Yaml): string {
  return `${lines(value, '').join('\n')}\n`
}

function lines(value: Yaml, indent: string): string[] {
  if (isList(value)) {
    return value.flatMap((one) => {
      const [first = '', ...rest] = lines(one, `${indent}  `)
      return [`${indent}- ${first.trimStart()}`, ...rest]
    })
  }
  if (typeof value !== 'object') return [`${indent}${scalar(value)}`]
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === 'object' && sizeOf(one) > 0
      ? [`${indent}${key(name)}:`, ...lines(one, isList(one) ? indent : `${indent}  `)]
      : [`${indent}${key(name)}: ${typeof one === 'object' ? (isList(one) ? '[]' : '{}') : scalar(one)}`],
  )
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value)
const sizeOf = (value: object) => Object.keys(value).length
const key = (name: string) => (plain.test(name) ? name : JSON.stringify(name))

function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value)
  return plain.test(value) && !meaning.test(value) ? value : JSON.stringify(value)
}
