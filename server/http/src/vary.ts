import type { IncomingHttpHeaders } from 'node:http'
import { selectingValue } from './selecting-value.ts'

/** One list for all responses that nothing chooses among. */
export const noNames: readonly never[] = []

/** The request headers a response was chosen by, lower case and sorted; '*' means it can answer nothing else. */
export function varyNames(field: string | undefined): readonly string[] | '*' {
  if (field === undefined) return noNames
  const names = new Set<string>()
  for (const part of field.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === '*') return '*'
    if (name !== '') names.add(name)
  }
  return [...names].sort()
}

/**
 * The same without Accept-Encoding, where the answer is in no coding: this layer makes all codings of it, so that it
 * is for everybody.
 */
export function withoutCoding(
  names: readonly string[],
  contentEncoding: string | undefined,
): readonly string[] {
  const isCoded = contentEncoding !== undefined
  return isCoded || !names.includes('accept-encoding')
    ? names
    : names.filter((name) => name !== 'accept-encoding')
}

/** What a request says under each of `names`: the secondary key (RFC 9111 §4.1). Null where it says nothing. */
export function selectingValues(
  names: readonly string[],
  headers: IncomingHttpHeaders,
): readonly (string | null)[] {
  return names.length === 0 ? noNames : names.map((name) => valueOf(headers, name))
}

/** Whether a request chooses the response that was made for `values`. */
export function matchesVary(
  names: readonly string[],
  values: readonly (string | null)[],
  headers: IncomingHttpHeaders,
): boolean {
  for (let index = 0; index < names.length; index++) {
    if (valueOf(headers, names[index]!) !== values[index]) return false
  }
  return true
}

/**
 * What a request says under a name, null where it says nothing. Request headers inherit from Object.prototype, so that
 * a name such as `constructor` would find something nobody sent.
 */
function valueOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined) return null
  return selectingValue(name, typeof value === 'string' ? value : value.join(','))
}
