import { isRecord, listOf } from '../document.ts'
import type { Resolve } from './reference.ts'

const deepest = 8

/** Texts by format (JSON Schema 2020-12, validation §7.3). */
const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'ada@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  uuid: '00000000-0000-4000-8000-000000000000',
  byte: 'aG90cGF0aA==',
}

/**
 * A value for a parameter or a body: its example, its default, or else the plainest that its schema allows. Undefined
 * where the schema leaves everything open.
 */
export function sampleOf(holder: unknown, resolve: Resolve): unknown {
  const described = resolve(holder)
  if (described === null) return undefined
  const example = exampleOf(described, resolve)
  return example === undefined ? fromSchema(described.schema, resolve, 0) : example
}

function exampleOf({ example, examples }: Record<string, unknown>, resolve: Resolve): unknown {
  if (example !== undefined) return example
  // Of media types and parameters a map of examples, of schemas a list.
  if (Array.isArray(examples)) return examples[0]
  return isRecord(examples) ? resolve(Object.values(examples)[0])?.value : undefined
}

function fromSchema(given: unknown, resolve: Resolve, depth: number): unknown {
  const schema = resolve(given)
  if (schema === null || depth > deepest) return undefined
  const example = exampleOf(schema, resolve)
  if (example !== undefined) return example
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0] as unknown
  const parts = listOf(schema.allOf)
  if (parts.length > 0) return merged([{ ...schema, allOf: [] }, ...parts], resolve, depth)
  const [choice] = [...listOf(schema.oneOf), ...listOf(schema.anyOf)]
  if (choice !== undefined) return fromSchema(choice, resolve, depth + 1)
  return ofType(schema, resolve, depth)
}

/** Objects of all parts together; of other kinds the first that says something. */
function merged(parts: readonly unknown[], resolve: Resolve, depth: number): unknown {
  const values = parts.flatMap((part) => fromSchema(part, resolve, depth + 1) ?? [])
  const records = values.filter(isRecord)
  return records.length > 0 ? Object.fromEntries(records.flatMap(Object.entries)) : values[0]
}

function ofType(schema: Record<string, unknown>, resolve: Resolve, depth: number): unknown {
  const type = typeOf(schema)
  if (type === 'object') return objectOf(schema, resolve, depth)
  if (type === 'array') {
    const item = fromSchema(schema.items, resolve, depth + 1)
    return item === undefined ? [] : [item]
  }
  if (type === 'boolean') return true
  if (type === 'integer' || type === 'number') return numberOf(schema)
  return type === 'string' ? textOf(schema) : undefined
}

function typeOf({ type, properties, items }: Record<string, unknown>): unknown {
  // From 3.1 on a list, with null where it may be missing.
  if (Array.isArray(type)) return type.find((one) => one !== 'null')
  if (type !== undefined) return type
  return isRecord(properties) ? 'object' : items === undefined ? undefined : 'array'
}

/** What is required; where nothing is, whatever is writable. */
function objectOf(
  { properties, required }: Record<string, unknown>,
  resolve: Resolve,
  depth: number,
): unknown {
  const wanted = new Set(listOf(required))
  return Object.fromEntries(
    Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, property]) => {
      if (wanted.size > 0 ? !wanted.has(name) : resolve(property)?.readOnly === true) return []
      const value = fromSchema(property, resolve, depth + 1)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Record<string, unknown>): number {
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  if (typeof minimum === 'number') return exclusiveMinimum === true ? minimum + 1 : minimum
  return typeof maximum === 'number' ? Math.min(1, maximum) : 1
}

function textOf({ format, minLength, maxLength }: Record<string, unknown>): string {
  const text = (typeof format === 'string' && Object.hasOwn(formats, format) && formats[format]) || 'text'
  const least = typeof minLength === 'number' ? Math.min(1000, minLength) : 0
  const most = typeof maxLength === 'number' ? maxLength : Infinity
  return text.padEnd(least, 'x').slice(0, most)
}
