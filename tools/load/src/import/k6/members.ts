import { callValue, type Callable, native, ScriptError } from './evaluation.ts'
import { toText } from './operators.ts'

const mostElements = 1_000_000
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** Names of methods that texts, lists, dates and so on have: a call of another name is skipped when the script is read. */
export const knownMethods = new Set<string>()

/**
 * A property of a value of the script. Objects have what they hold themselves and nothing of JavaScript's prototypes;
 * texts, numbers, lists, dates and patterns have the methods listed here.
 * @throws ScriptError for a property of undefined or null
 */
export function readMember(object: unknown, key: unknown): unknown {
  if (object === undefined || object === null) {
    throw new ScriptError(`cannot read ${toText(key)} of ${String(object)}`)
  }
  const name = typeof key === 'number' ? key : toText(key)
  if (typeof object === 'string') return textMember(object, name)
  if (Array.isArray(object)) return listMember(object, name)
  if (typeof object === 'number') return methodOf(numberMethods, object, name)
  if (object instanceof Date) return methodOf(dateMethods, object, name)
  if (object instanceof RegExp) return methodOf(patternMethods, object, name)
  if (typeof object === 'function') return staticsOf.get(object)?.[name]
  if (typeof object !== 'object') return undefined
  if (Object.hasOwn(object, name)) return (object as Record<string, unknown>)[name]
  return name === 'hasOwnProperty' ? native((own: unknown) => Object.hasOwn(object, toText(own))) : undefined
}

const staticsOf = new WeakMap<object, Readonly<Record<string, unknown>>>()

/** Gives a function properties that a script may read: `Date.now` beside `new Date()`. */
export function withStatics(callable: Callable, statics: Readonly<Record<string, unknown>>): Callable {
  staticsOf.set(callable, statics)
  return callable
}

/** Sets a property of a list or an object of the script. */
export function writeMember(object: unknown, key: unknown, value: unknown): void {
  const name = toText(key)
  if (Array.isArray(object)) {
    const index = Number(name)
    if (!(Number.isInteger(index) && index >= 0 && index < mostElements)) {
      throw new ScriptError(`cannot set element ${name} of a list`)
    }
    object[index] = value
  } else if (typeof object === 'object' && object !== null && !forbidden.has(name)) {
    ;(object as Record<string, unknown>)[name] = value
  } else throw new ScriptError(`cannot set ${name}`)
}

type Methods<T> = Record<string, (self: T) => Callable>

function methodOf<T>(methods: Methods<T>, self: T, name: string | number): Callable | undefined {
  return Object.hasOwn(methods, name) ? methods[name]!(self) : undefined
}

function textMember(text: string, name: string | number): unknown {
  if (name === 'length') return text.length
  const index = Number(name)
  return Number.isInteger(index) ? text[index] : methodOf(textMethods, text, name)
}

function listMember(list: unknown[], name: string | number): unknown {
  if (name === 'length') return list.length
  const index = Number(name)
  return Number.isInteger(index) ? list[index] : methodOf(listMethods, list, name)
}

/** Methods that JavaScript has and that take and give plain data. */
function plainMethods<T>(names: string): Methods<T> {
  const entries = names.split(' ').map((name) => {
    knownMethods.add(name)
    const method = (self: T) => native((...args) => (self as Record<string, any>)[name](...args))
    return [name, method] as const
  })
  return Object.fromEntries(entries)
}

/** A callback is a function of the script: JavaScript must not call it by itself. */
function plainArgument(argument: unknown): unknown {
  if (typeof argument === 'function') throw new ScriptError('a function is not taken here')
  return argument
}

const textMethods: Methods<string> = {
  ...plainMethods<string>(
    'charAt charCodeAt endsWith includes indexOf lastIndexOf match search slice split startsWith substring substr ' +
      'toLowerCase toUpperCase trim trimEnd trimStart toString at localeCompare normalize',
  ),
  replace: (text) => native((what, by) => text.replace(what as string, plainArgument(by) as string)),
  replaceAll: (text) => native((what, by) => text.replaceAll(what as string, plainArgument(by) as string)),
  repeat: (text) => native((count) => text.repeat(Math.min(10_000, Math.max(0, Number(count) || 0)))),
  padStart: (text) => native((length, by) => text.padStart(Math.min(10_000, Number(length)), by as string)),
  padEnd: (text) => native((length, by) => text.padEnd(Math.min(10_000, Number(length)), by as string)),
}

const numberMethods: Methods<number> = plainMethods<number>('toFixed toString toPrecision')

const dateMethods: Methods<Date> = plainMethods<Date>(
  'getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds toISOString toJSON valueOf',
)

const patternMethods: Methods<RegExp> = plainMethods<RegExp>('test exec')

const listMethods: Methods<unknown[]> = {
  ...plainMethods<unknown[]>(
    'at concat fill includes indexOf join lastIndexOf pop reverse shift slice splice flat',
  ),
  push: (list) =>
    native((...items) => {
      if (list.length + items.length > mostElements)
        throw new ScriptError('a list grew beyond a million elements')
      return list.push(...items)
    }),
  unshift: (list) => native((...items) => list.unshift(...items)),
  forEach: (list) => over(list, () => undefined, undefined),
  map: (list) => {
    const mapped: unknown[] = []
    return over(list, (result) => void mapped.push(result), mapped)
  },
  filter: (list) => {
    const kept: unknown[] = []
    return over(list, (result, item) => void (result && kept.push(item)), kept)
  },
  find: (list) => over(list, (result, item) => (result ? { done: item } : undefined), undefined),
  findIndex: (list) => over(list, (result, _item, index) => (result ? { done: index } : undefined), -1),
  some: (list) => over(list, (result) => (result ? { done: true } : undefined), false),
  every: (list) => over(list, (result) => (result ? undefined : { done: false }), true),
  reduce: (list) =>
    function* reduce(args, machine) {
      const rest = args.length > 1 ? list : list.slice(1)
      let sum = args.length > 1 ? args[1] : list[0]
      for (const [index, item] of rest.entries()) sum = yield* callValue(args[0], [sum, item, index], machine)
      return sum
    },
  sort: (list) =>
    function* sort([by], machine) {
      if (by === undefined) return list.sort((a, b) => (toText(a) < toText(b) ? -1 : 1))
      // Insertion sort: the comparison is a function of the script, which JavaScript's sort cannot call.
      for (let end = 1; end < list.length; end++) {
        for (let at = end; at > 0; at--) {
          if (Number(yield* callValue(by, [list[at - 1], list[at]], machine)) <= 0) break
          ;[list[at - 1], list[at]] = [list[at], list[at - 1]]
        }
      }
      return list
    },
}
for (const methods of [textMethods, listMethods]) for (const name in methods) knownMethods.add(name)
knownMethods.add('hasOwnProperty')

/** Goes through a list with a callback of the script; `{ done }` ends it early. */
function over(
  list: readonly unknown[],
  see: (result: any, item: unknown, index: number) => { done: unknown } | undefined | void,
  atEnd: unknown,
): Callable {
  return function* each([callback], machine) {
    for (const [index, item] of list.entries()) {
      const seen = see(yield* callValue(callback, [item, index, list], machine), item, index)
      if (seen) return seen.done
    }
    return atEnd
  }
}
