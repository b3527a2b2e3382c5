import type { Coding } from './codings.ts'
import { codedEntityTag } from './entity-tag.ts'

/** Headers, one pair per line. */
export type HeaderLines = readonly (readonly [name: string, value: string])[]

/** What is about the body as it was: its length, its ranges, its digests (RFC 9530). */
export const aboutIdentity: ReadonlySet<string> = new Set([
  'content-length',
  'content-encoding',
  'accept-ranges',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
])

/** The value of Vary once the answer also depends on Accept-Encoding. */
export function varyingByCoding(vary: string | undefined): string {
  if (vary === undefined || vary.trim() === '') return 'Accept-Encoding'
  const names = new Set(vary.split(',').map((name) => name.trim().toLowerCase()))
  return names.has('accept-encoding') || names.has('*') ? vary : `${vary}, Accept-Encoding`
}

/** The headers of a response that is kept in several codings. */
export function withVary(headers: HeaderLines): HeaderLines {
  const varies = headers.filter(([name]) => isNamed(name, 'vary')).map(([, value]) => value)
  const others = headers.filter(([name]) => !isNamed(name, 'vary'))
  return [...others, ['Vary', varyingByCoding(varies.length === 0 ? undefined : varies.join(', '))]]
}

/** The headers of its form in one coding. */
export function codedHeaders(headers: HeaderLines, coding: Coding): HeaderLines {
  const kept = headers
    .filter(([name]) => !aboutIdentity.has(name.toLowerCase()))
    .map(([name, value]) => [name, isNamed(name, 'etag') ? codedEntityTag(value, coding) : value] as const)
  return [...kept, ['Content-Encoding', coding]]
}

const isNamed = (name: string, lowerCase: string) => name.toLowerCase() === lowerCase
