import { remember } from './remember.ts'
import { type BareItem, parseDictionary } from './structured-dictionary.ts'

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
export const maxDeltaSeconds = 2 ** 31

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Reads a Cache-Control field. Never throws, whatever it holds. */
export function parseCacheControl(field: string | undefined): Directives {
  return field === undefined ? noDirectives : readCacheControl(field)
}

const readCacheControl = remember((field): Directives => {
  const values = new Map<string, (string | null)[]>()
  let malformed = false
  for (const part of membersOf(field)) {
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
})

/** Fields that speak to caches like this one, the most particular first (RFC 9213 §2.2): ours, then any CDN's. */
export const targetList = ['hotpath-cache-control', 'cdn-cache-control'] as const

/**
 * The field of the target list that rules in place of Cache-Control and Expires; undefined where none does. An empty or
 * unreadable one counts as absent (RFC 9213 §2.1).
 */
export function targetedCacheControl(
  headers: Readonly<Record<string, string | undefined>>,
): Directives | undefined {
  for (const name of targetList) {
    const field = headers[name]
    const directives = field === undefined ? undefined : parseTargetedCacheControl(field)
    if (directives) return directives
  }
  return undefined
}

/** Reads a targeted field: a dictionary (RFC 9213 §2.1) whose parameters are dropped. */
export function parseTargetedCacheControl(field: string): Directives | undefined {
  return readTargeted(field) ?? undefined
}

const readTargeted = remember((field): Directives | null => {
  const members = parseDictionary(field)
  if (members === undefined || members.size === 0) return null
  const values = new Map([...members].map(([name, item]) => [name, [valueOf(item)]]))
  return { values, malformed: false }
})

/** As in Cache-Control, but a string is no number of seconds: max-age="60" gives none. */
function valueOf(item: BareItem): string | null {
  if (item.type === 'boolean') return item.value ? null : ''
  return item.type === 'integer' ? String(item.value) : ''
}

/** Whether the directive stands there, with or without a value: `private="x-user"` counts as `private`. */
export function hasDirective(directives: Directives, name: string): boolean {
  return directives.values.has(name)
}

/** Whether the directive stands there alone. For those that permit: a value nobody defined permits nothing. */
export function hasBareDirective(directives: Directives, name: string): boolean {
  return directives.values.get(name)?.every((value) => value === null) ?? false
}

const fieldList = /^"[ \t]*(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*(?:,[ \t]*|(?="$)))+"$/

/**
 * The fields that a directive is about where it names some, as in `private="x-user"` (RFC 9111 §5.2.2.4, §5.2.2.7), in
 * lower case; undefined where it is absent, or about the whole response.
 */
export function fieldsNamed(directives: Directives, name: string): readonly string[] | undefined {
  const given = directives.values.get(name)
  if (given === undefined || !given.every((value) => value !== null && fieldList.test(value)))
    return undefined
  return given
    .flatMap((value) =>
      value!
        .slice(1, -1)
        .split(',')
        .map((field) => field.trim().toLowerCase()),
    )
    .filter((field) => field !== '')
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

const readDigits = remember((value): number => {
  const digits = /^(?:(\d+)|"(\d+)")$/.exec(value)
  return digits ? Math.min(Number(digits[1] ?? digits[2]), maxDeltaSeconds) : 0
})

const readSeconds = (value: string | null): number => (value === null ? 0 : readDigits(value))

/** The two forms of a value (RFC 9111 §5.2). `max-age=60; private` is neither, and may have meant the other. */
function isTokenOrQuoted(value: string): boolean {
  return token.test(value) || /^"(?:[^"\\]|\\.)*"$/s.test(value)
}

/** The parts between commas that stand outside quotes. */
function membersOf(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '\\' && quoted) index += 1
    else if (character === '"') quoted = !quoted
    else if (character === ',' && !quoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
