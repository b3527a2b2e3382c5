/** A bare item of a structured field (RFC 9651 §3.3), as far as cache directives need to tell the types apart. */
export type BareItem =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'string' | 'token'; readonly value: string }
  /** A decimal, a date, bytes, a display string or an inner list. */
  | { readonly type: 'other' }

/** Each is sticky: it matches where the reader stands or not at all. */
const patterns = {
  spaces: / */y,
  blanks: /[ \t]*/y,
  key: /[a-z*][a-z0-9_.*-]*/y,
  decimal: /-?\d{1,12}\.\d{1,3}(?![\d.])/y,
  integer: /-?\d{1,15}(?![\d.])/y,
  string: /"((?:[ !#-[\]-~]|\\["\\])*)"/y,
  token: /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y,
  bytes: /:[A-Za-z0-9+/=]*:/y,
  boolean: /\?([01])/y,
  date: /@-?\d{1,15}(?![\d.])/y,
  display: /%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/y,
} as const

const yes: BareItem = { type: 'boolean', value: true }
const other: BareItem = { type: 'other' }

/**
 * Parses a dictionary (RFC 9651 §4.2.2): of a repeated key the last member counts, parameters are read and dropped.
 * Undefined where any part of the field breaks the grammar: such a field means nothing. Never throws.
 */
export function parseDictionary(field: string): ReadonlyMap<string, BareItem> | undefined {
  const reader = createReader(field.replace(/^ +/, ''))
  const members = new Map<string, BareItem>()
  while (!reader.isAtEnd()) {
    const key = reader.take('key')
    const value = key && (reader.skip('=') ? readMember(reader) : yes)
    if (!key || !value || !skipParameters(reader)) return undefined
    members.set(key[0], value)
    reader.take('blanks')
    if (reader.isAtEnd()) break
    const hasComma = reader.skip(',')
    reader.take('blanks')
    if (!hasComma || reader.isAtEnd()) return undefined
  }
  return members
}

interface Reader {
  isAtEnd(): boolean
  skip(character: string): boolean
  take(name: keyof typeof patterns): RegExpExecArray | null
}

function createReader(text: string): Reader {
  let at = 0
  return {
    isAtEnd: () => at >= text.length,
    skip(character) {
      if (text[at] !== character) return false
      at += 1
      return true
    },
    take(name) {
      const pattern = patterns[name]
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (match) at = pattern.lastIndex
      return match
    },
  }
}

function readMember(reader: Reader): BareItem | undefined {
  if (!reader.skip('(')) return readItem(reader)
  for (let isFirst = true; ; isFirst = false) {
    const isApart = reader.take('spaces')![0].length > 0
    if (reader.skip(')')) return other
    if (!(isApart || isFirst) || !readItem(reader) || !skipParameters(reader)) return undefined
  }
}

function readItem(reader: Reader): BareItem | undefined {
  if (reader.take('decimal')) return other
  const integer = reader.take('integer')
  if (integer) return { type: 'integer', value: Number(integer[0]) }
  const string = reader.take('string')
  if (string) return { type: 'string', value: string[1]!.replaceAll(/\\(["\\])/g, '$1') }
  const token = reader.take('token')
  if (token) return { type: 'token', value: token[0] }
  const boolean = reader.take('boolean')
  if (boolean) return { type: 'boolean', value: boolean[1] === '1' }
  return (reader.take('bytes') ?? reader.take('date') ?? reader.take('display')) ? other : undefined
}

function skipParameters(reader: Reader): boolean {
  while (reader.skip(';')) {
    reader.take('spaces')
    if (!reader.take('key')) return false
    if (reader.skip('=') && !readItem(reader)) return false
  }
  return true
}
