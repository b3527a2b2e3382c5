import type { ImportTools } from '../imported.ts'
import type { Callable } from './evaluation.ts'
import { callValue, native, ScriptError } from './evaluation.ts'
import { withStatics } from './members.ts'
import { toText } from './operators.ts'

/** Functions of a namespace of JavaScript's that take and give plain data. */
function lend(namespace: object, names: string): Record<string, unknown> {
  return Object.fromEntries(
    names.split(' ').map((name) => {
      const value = (namespace as Record<string, unknown>)[name]
      return [name, typeof value === 'function' ? native((...args) => value(...args) as unknown) : value]
    }),
  )
}

// oxlint-disable-next-line require-yield -- it ends at once
const random: Callable = function* random(_args, machine) {
  return machine.random.next()
}

const math = {
  ...lend(
    Math,
    'abs ceil floor round trunc sign min max pow sqrt cbrt log log2 log10 exp sin cos tan atan atan2 hypot PI E',
  ),
  random,
}

const json = {
  parse: native((text) => {
    try {
      return JSON.parse(toText(text)) as unknown
    } catch {
      throw new ScriptError('what JSON.parse was given is not JSON')
    }
  }),
  stringify: native((value, _replacer, indent) => JSON.stringify(value, null, indent as number)),
}

const object = {
  ...lend(Object, 'keys values entries fromEntries freeze'),
  assign: native((target: object, ...sources: object[]) => {
    for (const source of sources) {
      for (const [name, value] of Object.entries(source ?? {})) {
        if (name !== '__proto__') (target as Record<string, unknown>)[name] = value
      }
    }
    return target
  }),
}

const mostElements = 1_000_000

const list = {
  isArray: native((value) => Array.isArray(value)),
  of: native((...items) => items),
  *from([source, by]: readonly unknown[], machine: Parameters<Callable>[1]) {
    const isSized = typeof source === 'object' && source !== null && Object.hasOwn(source, 'length')
    const items =
      Array.isArray(source) || typeof source === 'string'
        ? Array.from<unknown>(source)
        : Array.from({
            length: isSized ? Math.min(mostElements, Number((source as { length: unknown }).length)) : 0,
          })
    if (by === undefined) return items
    const mapped: unknown[] = []
    for (const [index, item] of items.entries()) mapped.push(yield* callValue(by, [item, index], machine))
    return mapped
  },
}

/** `Array(3)` has three empty places, `Array(1, 2)` two elements. */
function listOf(...items: unknown[]): unknown[] {
  const [only] = items
  if (items.length !== 1 || typeof only !== 'number') return items
  return Array.from({ length: Math.min(mostElements, Math.max(0, Math.trunc(only))) })
}

const console = lend({ log() {}, info() {}, warn() {}, error() {}, debug() {} }, 'log info warn error debug')

const statics = {
  number: lend(Number, 'isInteger isFinite isNaN parseInt parseFloat MAX_SAFE_INTEGER'),
  date: lend(Date, 'now parse'),
}

const converters = {
  String: native((value) => toText(value)),
  Number: withStatics(
    native((value) => Number(typeof value === 'object' ? toText(value) : value)),
    statics.number,
  ),
  Boolean: native(Boolean),
  Error: native((message) => ({ name: 'Error', message: message === undefined ? '' : toText(message) })),
  Date: withStatics(
    native((given?: string | number) => (given === undefined ? new Date() : new Date(given))),
    statics.date,
  ),
}

/** What JavaScript and k6 give every script without an import. */
export function createGlobals({ environment, readFile }: ImportTools): Map<string, unknown> {
  return new Map<string, unknown>([
    ...Object.entries(converters),
    ...Object.entries(
      lend(
        { parseInt, parseFloat, isNaN, isFinite, encodeURIComponent, decodeURIComponent, encodeURI },
        'parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI',
      ),
    ),
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['Math', math],
    ['JSON', json],
    ['Object', object],
    ['Array', withStatics(native(listOf), list)],
    ['console', console],
    ['__ENV', Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined))],
    ['open', native((name) => readFile(toText(name)))],
  ])
}

/** Names of methods of the global objects. */
export const globalMethods: ReadonlySet<string> = new Set(
  [math, json, object, list, console, ...Object.values(statics)].flatMap((holder) => Object.keys(holder)),
)
