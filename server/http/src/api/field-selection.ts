/** Which members of a JSON value are asked for: names, each with what is asked of its value; null asks for all of it. */
export type Selection = Map<string, Selection | null>

/** What a query asks for. */
export interface FieldRequest {
  /** `?fields=id,author.name`: paths from the top of the body, through lists. Null where it is not given. */
  readonly paths: Selection | null
  /** `?fields[books]=title`: attributes and relationships by the type of a resource (JSON:API 1.1). */
  readonly types: ReadonlyMap<string, Selection>
}

export interface FieldLimits {
  /** Most names in one query. @default 50 */
  maxFields?: number
  /** Most names in one path. @default 6 */
  maxDepth?: number
}

export const fieldDefaults = { maxFields: 50, maxDepth: 6 } as const satisfies FieldLimits

const longestName = 64

/** Reads the parameters; undefined where there are none, a text where one cannot be read. */
export function readFields(query: string, limits: FieldLimits = {}): FieldRequest | undefined | string {
  const { maxFields, maxDepth } = { ...fieldDefaults, ...limits }
  let paths: Selection | null = null
  const types = new Map<string, Selection>()
  let count = 0
  for (const [name, list] of new URLSearchParams(query)) {
    const type = /^fields\[([^[\]]{1,64})\]$/.exec(name)?.[1]
    if (name !== 'fields' && type === undefined) continue
    const selection: Selection = (type === undefined ? paths : types.get(type)) ?? new Map()
    for (const path of list.split(',')) {
      count += 1
      if (count > maxFields) return `At most ${maxFields} fields can be asked for.`
      const problem = select(selection, path.split('.'), type === undefined ? maxDepth : 1)
      if (problem !== null) return problem
    }
    if (type === undefined) paths = selection
    else types.set(type, selection)
  }
  return paths === null && types.size === 0 ? undefined : { paths, types }
}

function select(selection: Selection, names: readonly string[], maxDepth: number): string | null {
  if (names.length > maxDepth) return `A field lies at most ${maxDepth} deep.`
  if (names.some((name) => name === '' || name.length > longestName)) {
    return 'Fields are names with commas between them, and dots before those of a value: id,author.name'
  }
  let level = selection
  for (const [index, name] of names.entries()) {
    const known = level.get(name)
    // All of it was asked for.
    if (known === null) return null
    if (index === names.length - 1) {
      level.set(name, null)
      return null
    }
    const next: Selection = known ?? new Map()
    level.set(name, next)
    level = next
  }
  return null
}

/** The query without these parameters, byte for byte as it was otherwise. */
export function withoutFields(url: string): string {
  const mark = url.indexOf('?')
  if (mark === -1) return url
  const kept = url
    .slice(mark + 1)
    .split('&')
    .filter((part) => !/^fields(?:\[[^[\]]*\])?$/.test(decoded(part.split('=', 1)[0]!)))
  return kept.length === 0 ? url.slice(0, mark) : `${url.slice(0, mark + 1)}${kept.join('&')}`
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}

/** The body with what was asked for alone, never with anything that it did not hold. @throws SyntaxError for no JSON */
export function selectFields(body: string, { paths, types }: FieldRequest): string {
  const whole: unknown = JSON.parse(body, keepNumbers)
  const selected = paths === null ? whole : pick(whole, paths)
  return JSON.stringify(types.size === 0 ? selected : pickResources(selected, types))
}

/** A number that a double cannot hold goes out as it came in. */
function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return rawJson(source)
}

/** ECMAScript's JSON.parse source text access, which the types do not know yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }
const { isRawJSON: isRaw } = JSON as unknown as { isRawJSON(value: unknown): boolean }

/** Lists are walked through; a value that has no members has none that were asked for. */
function pick(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((one) => pick(one, selection))
  const result = bare()
  if (!isObject(value)) return result
  for (const [name, inner] of selection) {
    if (!Object.hasOwn(value, name)) continue
    const member = value[name]
    if (inner === null) result[name] = member
    else if (isObject(member) || Array.isArray(member)) result[name] = pick(member, inner)
  }
  return result
}

function pickResources(document: unknown, types: ReadonlyMap<string, Selection>): unknown {
  if (!isObject(document)) return document
  const result = Object.assign(bare(), document)
  for (const part of ['data', 'included'] as const) {
    if (!Object.hasOwn(document, part)) continue
    const resources = document[part]
    result[part] = Array.isArray(resources)
      ? resources.map((one) => pickResource(one, types))
      : pickResource(resources, types)
  }
  return result
}

function pickResource(resource: unknown, types: ReadonlyMap<string, Selection>): unknown {
  if (!isObject(resource) || typeof resource['type'] !== 'string') return resource
  const selection = types.get(resource['type'])
  if (!selection) return resource
  const result = Object.assign(bare(), resource)
  for (const part of ['attributes', 'relationships'] as const) {
    if (isObject(resource[part])) result[part] = pick(resource[part], selection)
  }
  return result
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value)

/** Without a prototype, so that a member of any name is only that. */
const bare = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>
