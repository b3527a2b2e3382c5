import { types } from 'node:util'
import { reasonOf } from '../describe.ts'
import { kindOf } from './object-kind.ts'

interface Part {
  value: unknown
  /** How to reach it, as one would write it in code. */
  path: string
}

/** In words, the part that keeps a value from being written, the outermost first; undefined where all can be. */
export function findUnwritable(value: unknown): string | undefined {
  const parts: Part[] = [{ value, path: 'value' }]
  const seen = new Set<unknown>()
  // The loop also reads what it appends.
  for (const part of parts) {
    const { value, path } = part
    if (typeof value === 'function' || typeof value === 'symbol') return `${path} is a ${typeof value}`
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    try {
      if (kindOf(value) === 'unwritable') return `${path} is ${nameOf(value)}`
      for (const inner of partsOf(value, path)) parts.push(inner)
    } catch (thrown) {
      return `${path} cannot be read: ${reasonOf(thrown)}`
    }
  }
  return undefined
}

function* partsOf(object: object, path: string): Iterable<Part> {
  const kind = kindOf(object)
  if (kind === 'map') {
    let index = 0
    for (const [key, value] of object as Map<unknown, unknown>) {
      yield { value: key, path: `[...${path}.keys()][${index}]` }
      yield { value, path: `[...${path}.values()][${index}]` }
      index += 1
    }
  } else if (kind === 'set') {
    let index = 0
    for (const value of object as Set<unknown>) yield { value, path: `[...${path}][${index++}]` }
  } else if (kind === 'plain' || kind === 'array') {
    for (const [name, value] of Object.entries(object)) yield { value, path: path + step(name, kind) }
  }
}

function step(name: string, kind: 'plain' | 'array'): string {
  if (kind === 'array') return `[${name}]`
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function nameOf(object: object): string {
  if (types.isPromise(object)) return 'a promise'
  return `an instance of ${object.constructor?.name || 'a class without a name'}`
}
