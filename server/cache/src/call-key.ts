import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'

/**
 * A key for one call: `name:` and its arguments as JSON, so that 1 and "1" differ. Arguments left out at the end and
 * undefined ones count as the same.
 * @throws HP_CACHE_CALL_UNNAMED, HP_CACHE_CALL_ARGUMENT for arguments that are not primitive
 */
export function callKey(name: string, args: readonly unknown[]): string {
  if (name === '') throw cacheErrors.HP_CACHE_CALL_UNNAMED()
  const given = args.slice(0, args.findLastIndex((argument) => argument !== undefined) + 1)
  return `${name}:${given.map((argument, index) => write(argument, { name, index })).join(',')}`
}

function write(argument: unknown, { name, index }: { name: string; index: number }): string {
  if (typeof argument === 'string') return JSON.stringify(argument)
  if (typeof argument === 'bigint') return `${argument}n`
  if (Object.is(argument, -0)) return '-0'
  if (argument === null || ['number', 'boolean', 'undefined'].includes(typeof argument))
    return String(argument)
  throw cacheErrors.HP_CACHE_CALL_ARGUMENT({ index: index + 1, name, given: describe(argument) })
}

/** The sources of the functions that have a default key, by cache and name. */
const sources = new WeakMap<object, Map<string, string>>()

/**
 * Keeps two functions of one name from reading each other's values. A function that is memoized again, as a closure
 * may be, is known by its source.
 * @throws HP_CACHE_CALL_NAME_TAKEN
 */
export function claimName(cache: object, name: string, call: (...args: never[]) => unknown): void {
  const names = sources.get(cache) ?? new Map<string, string>()
  sources.set(cache, names)
  const source = String(call)
  const earlier = names.get(name)
  if (earlier !== undefined && earlier !== source) throw cacheErrors.HP_CACHE_CALL_NAME_TAKEN({ name })
  names.set(name, source)
}
