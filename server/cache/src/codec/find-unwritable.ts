import { types } from 'node:util'
import { reasonOf } from '../describe.ts'
import { kindOf } from './object-kind.ts'

/** A part of a value and where it was found; paths are only written for the one that is asked about. */
interface Part {
  value: unknown
  parent: Part | undefined
  /** The step from the parent, as one would write it in code around its path. */
  step: string | number
  kind: 'property' | 'index' | 'keys' | 'values'
}

/** In words, the part that keeps a value from being written, the outermost first; undefined where all can be. */
export function findUnwritable(value: unknown): string | undefined {
  const parts: Part[] = [{ value, parent: undefined, step: '', kind: 'property' }]
  const seen = new Set<unknown>()
  // The loop also reads what it appends.
  for (const part of parts) {
    const { value } = part
    if (typeof value === 'function' || typeof value === 'symbol')
      return `${pathOf(part)} is a ${typeof value}`
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    try {
      if (kindOf(value) === 'unwritable') return `${pathOf(part)} is ${nameOf(value)}`
      appendParts(parts, part, value)
    } catch (thrown) {
      return `${pathOf(part)} cannot be read: ${reasonOf(thrown)}`
    }
  }
  return undefined
}

function appendParts(parts: Part[], parent: Part, object: object): void {
  const add = (value: unknown, step: string | number, kind: Part['kind']) => {
    const isOpen = typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol'
    if (isOpen && value !== null) parts.push({ value, parent, step, kind })
  }
  const kind = kindOf(object)
  if (kind === 'map') {
    ;[...(object as Map<unknown, unknown>).keys()].forEach((key, index) => add(key, index, 'keys'))
    ;[...(object as Map<unknown, unknown>).values()].forEach((value, index) => add(value, index, 'values'))
  } else if (kind === 'set') {
    ;[...(object as Set<unknown>)].forEach((value, index) => add(value, index, 'values'))
  } else if (kind === 'plain' || kind === 'array') {
    for (const [name, value] of Object.entries(object))
      add(value, name, kind === 'array' ? 'index' : 'property')
  }
}

/** Such as `value.rows[3].photo`. */
function pathOf(part: Part): string {
  const steps: Part[] = []
  for (let at = part; at.parent !== undefined; at = at.parent) steps.push(at)
  return steps.reduceRight((path, { step, kind }) => {
    if (kind === 'keys' || kind === 'values') return `[...${path}.${kind}()][${step}]`
    if (kind === 'index') return `${path}[${step}]`
    return /^[A-Za-z_$][\w$]*$/.test(String(step)) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`
  }, 'value')
}

function nameOf(object: object): string {
  if (types.isPromise(object)) return 'a promise'
  return `an instance of ${object.constructor?.name || 'a class without a name'}`
}
