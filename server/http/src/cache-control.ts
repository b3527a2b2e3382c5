/**
 * The directives of a Cache-Control field (RFC 9111 §5.2). A directive may stand several times; each value is kept,
 * null where it has none.
 */
export interface Directives {
  readonly values: ReadonlyMap<string, readonly (string | null)[]>
  /**
   * Whether some part could not be read: a name that is no token (`private; max-age=60`), an open quote. What it was
   * meant to say is unknown, so nothing that carries it is stored.
   */
  readonly malformed: boolean
}

/** What a field that was not sent says: nothing. */
export const noDirectives: Directives = { values: new Map(), malformed: false }

/** The largest delta-seconds; larger ones count as this (RFC 9111 §1.2.2). */
const maxDeltaSeconds = 2 ** 31

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Reads a Cache-Control field. Never throws, whatever it holds. */
export function parseCacheControl(field: string | undefined): Directives {
  if (field === undefined) return noDirectives
  const values = new Map<string, (string | null)[]>()
  let malformed = false
  for (const part of splitOutsideQuotes(field, ',')) {
    const trimmed = part.trim()
    if (trimmed === '') continue
    const equals = trimmed.indexOf('=')
    const name = (equals === -1 ? trimmed : trimmed.slice(0, equals)).trim().toLowerCase()
    const value = equals === -1 ? null : trimmed.slice(equals + 1)
    if (!token.test(name) || (value !== null && !isTokenOrQuoted(value))) malformed = true
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return { values, malformed }
}

/**
 * Reads a targeted field such as CDN-Cache-Control (RFC 9213 §2.1): a structured dictionary. Parameters are dropped;
 * an empty field is the same as none. Unlike the RFC, an unreadable one is not skipped in favour of Cache-Control
 * but marked malformed: it may have been meant to forbid.
 */
export function parseTargetedCacheControl(field: string | undefined): Directives | undefined {
  if (field === undefined || field.trim() === '') return undefined
  const bare = splitOutsideQuotes(field, ',')
    .map((member) => splitOutsideQuotes(member, ';')[0]!)
    .join(',')
  const directives = parseCacheControl(bare)
  const values = new Map<string, readonly (string | null)[]>()
  for (const [name, given] of directives.values) {
    // Strings are not integers in a structured field: max-age="60" says nothing.
    values.set(
      name,
      given.map((value) => (value?.startsWith('"') ? '' : value)),
    )
  }
  return { values, malformed: directives.malformed || bare !== bare.toLowerCase() }
}

/** Whether the directive stands there, with or without a value: `private="x-user"` counts as `private`. */
export function hasDirective(directives: Directives, name: string): boolean {
  return directives.values.has(name)
}

/** Whether the directive stands there alone. For those that permit: a value nobody defined permits nothing. */
export function hasBareDirective(directives: Directives, name: string): boolean {
  return directives.values.get(name)?.every((value) => value === null) ?? false
}

/**
 * The seconds a directive gives; undefined when it is absent. What is no whole number counts as 0, the smallest of
 * several wins (RFC 9111 §4.2.1: the most restrictive).
 */
export function deltaSeconds(directives: Directives, name: string): number | undefined {
  const given = directives.values.get(name)
  if (given === undefined) return undefined
  return given.reduce((least, value) => Math.min(least, readSeconds(value)), maxDeltaSeconds)
}

function readSeconds(value: string | null): number {
  const digits = /^(?:(\d+)|"(\d+)")$/.exec(value ?? '')
  return digits ? Math.min(Number(digits[1] ?? digits[2]), maxDeltaSeconds) : 0
}

/** The two forms of a value (RFC 9111 §5.2). `max-age=60; private` is neither, and may have meant the other. */
function isTokenOrQuoted(value: string): boolean {
  return token.test(value) || /^"(?:[^"\\]|\\.)*"$/s.test(value)
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '\\' && quoted) index += 1
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
